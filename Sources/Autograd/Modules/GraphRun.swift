import Tensors

/// Runs a graph's instructions on a tape: all of them once, and checkpointed segments a second time.
public struct GraphRun: Sendable {
  private let graph: ModuleGraph
  private let hooks: BackwardHooks
  /// Ranges of instructions whose first run leaves nothing on the tape but its result.
  private let segments: [Range<Int>]
  private var slots: [Tape.ValueID]
  private var inputRequiresGrad: [Bool]
  private var position = 0
  private var end: Int
  /// The segment that is being run for the first time.
  private var unrecorded: Int?
  /// A segment is being run for the second time.
  private var isRerunning = false

  init(_ graph: ModuleGraph, hooks: BackwardHooks, segments: [Range<Int>], input: Tape.ValueID) {
    self.graph = graph
    self.hooks = hooks
    self.segments = segments
    slots = Array(repeating: -1, count: graph.slotCount)
    slots[graph.input] = input
    inputRequiresGrad = Array(repeating: false, count: graph.modules.count)
    end = graph.instructions.count
  }

  var output: Tape.ValueID { slots[graph.output] }
  var hasSegments: Bool { !segments.isEmpty }

  /// Runs until a module returns; nil at the end.
  mutating func next(on tape: inout Tape) -> ForwardPass.Event? {
    while position < end {
      if !isRerunning, unrecorded == nil, let segment = segments.firstIndex(where: { $0.lowerBound == position }) {
        unrecorded = segment
        tape.isRecording = false
      }
      let event = step(on: &tape)
      if let segment = unrecorded, segments[segment].upperBound == position {
        tape.isRecording = true
        unrecorded = nil
        finish(segment, on: &tape)
      }
      if let event { return event }
    }
    return nil
  }

  /// Goes back to a segment's beginning, to run it with everything recorded.
  mutating func restart(_ segment: Int) {
    position = segments[segment].lowerBound
    end = segments[segment].upperBound
    isRerunning = true
  }

  /// What the segment that was run again resulted in.
  mutating func restarted(_ segment: Int) -> Tape.ValueID {
    isRerunning = false
    return slots[outputSlot(of: segment)]
  }

  private mutating func step(on tape: inout Tape) -> ForwardPass.Event? {
    let instruction = graph.instructions[position]
    position += 1
    switch instruction {
    case .enter(let module, let input, let output):
      slots[output] = enter(module, slots[input], on: &tape)
    case .call(let callable, let operands, let output):
      // Not `operands.map(value)`, which would copy all of this struct.
      var inputs: [Tape.ValueID] = []
      inputs.reserveCapacity(operands.count)
      for operand in operands { inputs.append(value(operand)) }
      slots[output] = callable.call(inputs, on: &tape)
    case .exit(let module, let input, let output):
      slots[output] = exit(module, slots[input], on: &tape)
      return ForwardPass.Event(module: module, output: tape[slots[output]].shape)
    }
    return nil
  }

  private func value(_ operand: ModuleGraph.Operand) -> Tape.ValueID {
    switch operand {
    case .parameter(let index): index
    case .slot(let slot): slots[slot]
    }
  }

  private func outputSlot(of segment: Int) -> ModuleGraph.Slot {
    switch graph.instructions[segments[segment].upperBound - 1] {
    case .enter(_, _, let output), .call(_, _, let output), .exit(_, _, let output): output
    }
  }

  /// Puts one node for a whole segment on the tape.
  private mutating func finish(_ segment: Int, on tape: inout Tape) {
    var inputs: Set<Tape.ValueID> = []
    let before = slots
    var inside: Set<ModuleGraph.Slot> = []
    for instruction in graph.instructions[segments[segment]] {
      switch instruction {
      case .enter(_, let input, let output), .exit(_, let input, let output):
        if !inside.contains(input) { inputs.insert(before[input]) }
        inside.insert(output)
      case .call(_, let operands, let output):
        for operand in operands {
          if case .slot(let slot) = operand, inside.contains(slot) { continue }
          inputs.insert(value(operand))
        }
        inside.insert(output)
      }
    }
    let slot = outputSlot(of: segment)
    slots[slot] = tape.record(
      tape[slots[slot]], from: inputs.sorted(), by: CheckpointOperation(), checkpoint: segment)
  }

  private mutating func enter(_ module: Int, _ value: Tape.ValueID, on tape: inout Tape) -> Tape.ValueID {
    inputRequiresGrad[module] = tape.requiresGrad(value)
    guard hooks.surround(module) else { return value }
    return tape.record(tape[value], from: [value], by: IdentityOperation(), border: .input(module: module))
  }

  private mutating func exit(_ module: Int, _ value: Tape.ValueID, on tape: inout Tape) -> Tape.ValueID {
    if !hooks.outputHooks[module].isEmpty { tape.watch(value, as: module) }
    guard hooks.surround(module) else { return value }
    return tape.record(
      tape[value], from: [value], by: IdentityOperation(),
      border: .output(module: module, hasInput: inputRequiresGrad[module]))
  }
}

/// A stretch of the forward pass that was not recorded; the backward pass runs it again in its place.
private struct CheckpointOperation: Operation {
  var name: String { "CheckpointBackward" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] { [] }
}

extension BackwardHooks {
  /// Whether torch would put identity nodes around a module.
  func surround(_ module: Int) -> Bool {
    !moduleHooks[module].isEmpty || !modulePreHooks[module].isEmpty
  }
}
