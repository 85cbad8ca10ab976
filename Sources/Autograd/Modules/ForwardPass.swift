import Tensors

/// A forward pass that is pulled one module at a time.
public struct ForwardPass: Sendable {
  public struct Event: Sendable {
    public let module: Int
    public let output: Shape
  }

  private let graph: ModuleGraph
  private let hooks: BackwardHooks
  private var slots: [Tape.ValueID]
  private var inputRequiresGrad: [Bool]
  private var position = 0
  public private(set) var tape: Tape

  /// `parameters` in the graph's order, `input` as the model takes it.
  public init(_ graph: ModuleGraph, parameters: [Tensor], input: Tensor, hooks: BackwardHooks) {
    self.graph = graph
    self.hooks = hooks
    tape = Tape(parameters: parameters, requiresGrad: graph.parameters.map(\.requiresGrad))
    slots = Array(repeating: -1, count: graph.slotCount)
    slots[graph.input] = tape.constant(input)
    inputRequiresGrad = Array(repeating: false, count: graph.modules.count)
  }

  /// Runs until a module returns; nil when the model has.
  public mutating func next() -> Event? {
    while position < graph.instructions.count {
      let instruction = graph.instructions[position]
      position += 1
      switch instruction {
      case .enter(let module, let input, let output):
        slots[output] = enter(module, slots[input])
      case .call(let callable, let operands, let output):
        let inputs = operands.map { operand in
          switch operand {
          case .parameter(let index): index
          case .slot(let slot): slots[slot]
          }
        }
        slots[output] = callable.call(inputs, on: &tape)
      case .exit(let module, let input, let output):
        slots[output] = exit(module, slots[input])
        return Event(module: module, output: tape[slots[output]].shape)
      }
    }
    return nil
  }

  public var output: Tape.ValueID { slots[graph.output] }

  /// Takes the tape out, to be extended by a loss.
  public consuming func finish() -> Tape { tape }

  private mutating func enter(_ module: Int, _ value: Tape.ValueID) -> Tape.ValueID {
    inputRequiresGrad[module] = tape.requiresGrad(value)
    guard hooks.surround(module) else { return value }
    return tape.record(tape[value], from: [value], by: IdentityOperation(), border: .input(module: module))
  }

  private mutating func exit(_ module: Int, _ value: Tape.ValueID) -> Tape.ValueID {
    if !hooks.outputHooks[module].isEmpty { tape.watch(value, as: module) }
    guard hooks.surround(module) else { return value }
    return tape.record(
      tape[value], from: [value], by: IdentityOperation(),
      border: .output(module: module, hasInput: inputRequiresGrad[module]))
  }
}

extension BackwardHooks {
  /// Whether torch would put identity nodes around a module.
  func surround(_ module: Int) -> Bool {
    !moduleHooks[module].isEmpty || !modulePreHooks[module].isEmpty
  }
}
