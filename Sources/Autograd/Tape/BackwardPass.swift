import Tensors

/// One thing that happens while gradients flow back.
public enum BackwardEvent: Sendable {
  /// A node ran (torch's `grad_fn` of that name), with these gradients of its inputs.
  case node(String, results: [Tensor?])
  /// `Tensor.register_hook`, on a parameter or on a module's output.
  case tensorHook(id: Int, saw: Tensor)
  /// `register_full_backward_pre_hook`.
  case modulePreHook(id: Int, gradOutput: Tensor)
  /// `register_full_backward_hook`; no `gradInput` where the module's input needs no gradient.
  case moduleHook(id: Int, gradInput: Tensor?, gradOutput: Tensor)
  /// A parameter's gradient is complete: what `AccumulateGrad` is about to add to `.grad`.
  case leaf(parameter: Int, gradient: Tensor)
  /// A module returned while a checkpointed segment was run again.
  case recomputed(ForwardPass.Event)
}

/// A backward pass that is pulled one event at a time, in the order of torch's engine: the latest
/// operation first, a parameter's gradient as soon as its last use has been differentiated.
public struct BackwardPass: Sendable {
  private var tape: Tape
  private let model: HookedGraph
  private var gradients: [Tensor?]
  private var pending: [Pending] = []
  private var run: GraphRun?
  /// The checkpoint whose segment is being run again: its index, and the value it stands for.
  private var recomputing: (segment: Int, value: Tape.ValueID)?
  /// `grad_output` of modules whose hooks still wait for their `grad_input`.
  private var gradOutputs: [Int: Tensor] = [:]

  private enum Pending: Sendable {
    case tensorHook(BackwardHook, on: Tape.ValueID)
    case modulePreHook(BackwardHook, on: Tape.ValueID)
    case moduleHook(BackwardHook, module: Int, on: Tape.ValueID, hasInput: Bool)
    case run
    case leaf(Int)
  }

  /// Starts at a scalar `loss` with gradient 1, which must depend on something trainable: the tape tells whether it
  /// requires a gradient. `run` is the forward pass's, which checkpointed segments need.
  public init(from loss: Tape.ValueID, on tape: consuming Tape, _ model: HookedGraph, run: GraphRun? = nil) {
    precondition(tape.requiresGrad(loss))
    self.model = model
    self.run = run
    pending.reserveCapacity(8)
    gradients = Array(repeating: nil, count: tape.values.count)
    gradients[loss] = Tensor(full: tape[loss].shape, value: 1, dtype: tape[loss].dtype)
    while let node = tape.nodes.last, node.output != loss { tape.nodes.removeLast() }
    if run == nil, model.lastReads != nil { tape.releaseAll() }
    self.tape = tape
  }

  /// The next event, or nil when every gradient has arrived.
  public mutating func next() -> BackwardEvent? {
    while true {
      if let work = pending.popLast() {
        return perform(work)
      }
      if let (segment, value) = recomputing {
        if let event = run?.next(on: &tape) { return .recomputed(event) }
        finishRecomputing(segment, value)
      }
      guard let last = tape.nodes.indices.last else { return nil }
      if gradients[tape.nodes[last].output] == nil {
        // The loss does not depend on this one: torch's engine never reaches it.
        tape.nodes.removeLast()
      } else if let segment = tape.nodes[last].checkpoint {
        recomputing = (segment, tape.removeCheckpoint().output)
        run?.restart(segment)
      } else {
        schedule(output: tape.nodes[last].output, border: tape.nodes[last].border)
      }
    }
  }

  /// The gradient that had arrived at the checkpoint goes on into the nodes that took its place.
  private mutating func finishRecomputing(_ segment: Int, _ value: Tape.ValueID) {
    recomputing = nil
    gradients += Array(repeating: nil, count: tape.values.count - gradients.count)
    guard let output = run?.restarted(segment) else { return }
    gradients[output] = gradients[value]
    gradients[value] = nil
  }

  /// Queues the last node and the hooks that come before it; what follows is known when it has run.
  private mutating func schedule(output: Tape.ValueID, border: ModuleBorder?) {
    pending.append(.run)
    if !tape.watchers.isEmpty {
      for module in tape.watchers[output, default: []].reversed() {
        for hook in model.hooks.outputHooks[module].reversed() { pending.append(.tensorHook(hook, on: output)) }
      }
    }
    switch border {
    case nil: break
    case .input(let module):
      // On this side of the border the gradient is the module's own: outside, other users' are added to it.
      for hook in model.hooks.moduleHooks[module].reversed() {
        pending.append(.moduleHook(hook, module: module, on: output, hasInput: true))
      }
    case .output(let module, let hasInput):
      if !hasInput {
        for hook in model.hooks.moduleHooks[module].reversed() {
          pending.append(.moduleHook(hook, module: module, on: output, hasInput: false))
        }
      }
      for hook in model.hooks.modulePreHooks[module].reversed() {
        pending.append(.modulePreHook(hook, on: output))
      }
    }
  }

  private mutating func perform(_ work: Pending) -> BackwardEvent {
    switch work {
    case .tensorHook(let hook, let value):
      let saw = gradient(value)
      gradients[value] = hook.result(saw)
      return .tensorHook(id: hook.id, saw: saw)
    case .modulePreHook(let hook, let value):
      let saw = gradient(value)
      gradients[value] = hook.result(saw)
      return .modulePreHook(id: hook.id, gradOutput: saw)
    case .moduleHook(let hook, let module, let value, let hasInput):
      guard hasInput else { return .moduleHook(id: hook.id, gradInput: nil, gradOutput: gradient(value)) }
      let saw = gradient(value)
      gradients[value] = hook.result(saw)
      return .moduleHook(id: hook.id, gradInput: saw, gradOutput: gradOutputs[module] ?? saw)
    case .leaf(let parameter):
      let gradient = takeGradient(parameter)
      return .leaf(parameter: parameter, gradient: gradient)
    case .run:
      return run(tape.nodes.removeLast())
    }
  }

  private mutating func run(_ node: Tape.Node) -> BackwardEvent {
    let gradOutput = takeGradient(node.output)
    let start = node.inputs.lowerBound
    var needed: InputSet = []
    for place in node.inputs where tape.values[tape.inputs[place]].requiresGrad {
      needed.insert(.input(place - start))
    }
    let results = node.operation.gradients(gradOutput, needed: needed)
    for place in node.inputs {
      guard needed.contains(.input(place - start)), let result = results[place - start] else { continue }
      let input = tape.inputs[place]
      if let sum = gradients[input] { gradients[input] = sum + result } else { gradients[input] = result }
    }
    scheduleFollowers(of: node, gradOutput: gradOutput)
    return .node(node.operation.name, results: results)
  }

  /// Leaves that are complete, the last input first (a bias before its weight), each after its hooks.
  private mutating func scheduleFollowers(of node: Tape.Node, gradOutput: Tensor) {
    if case .output(let module, true) = node.border { gradOutputs[module] = gradOutput }
    let index = tape.nodes.count
    for place in node.inputs {
      let input = tape.inputs[place]
      guard input < tape.parameterCount, tape.firstUse[input] == index, gradients[input] != nil else { continue }
      pending.append(.leaf(input))
      for hook in model.hooks.parameterHooks[input].reversed() { pending.append(.tensorHook(hook, on: input)) }
    }
  }

  private func gradient(_ value: Tape.ValueID) -> Tensor {
    guard let gradient = gradients[value] else { preconditionFailure("a gradient is read before it has come") }
    return gradient
  }

  private mutating func takeGradient(_ value: Tape.ValueID) -> Tensor {
    guard let gradient = gradients[value].take() else { preconditionFailure("a gradient is read before it has come") }
    return gradient
  }
}
