import Tensors

/// Runs a graph's instructions on a tape: all of them once, and checkpointed segments a second time.
public struct GraphRun: Sendable {
  private let model: HookedGraph
  private var slots: [Tape.ValueID]
  private var inputRequiresGrad: [Bool]
  /// The operands of the call that is being made.
  private var operands: [Tape.ValueID] = []
  private var position = 0
  private var end: Int
  /// The segment that is being run for the first time.
  private var unrecorded: Int?
  /// A segment is being run for the second time.
  private var isRerunning = false

  init(_ model: HookedGraph, input: Tape.ValueID) {
    self.model = model
    slots = Array(repeating: -1, count: model.graph.slotCount)
    slots[model.graph.input] = input
    operands.reserveCapacity(4)
    inputRequiresGrad = Array(repeating: false, count: model.graph.modules.count)
    end = model.graph.instructions.count
  }

  var output: Tape.ValueID { slots[model.graph.output] }
  var hasSegments: Bool { !model.segments.isEmpty }

  /// Runs until a module returns; nil at the end.
  mutating func next(on tape: inout Tape) -> ForwardPass.Event? {
    while position < end {
      if !isRerunning, unrecorded == nil, let segment = model.segments.firstIndex(where: { $0.lowerBound == position })
      {
        unrecorded = segment
        tape.isRecording = false
      }
      let event = step(on: &tape)
      if let lastReads = model.lastReads {
        for slot in lastReads[position - 1] { tape.release(slots[slot]) }
      }
      if let segment = unrecorded, model.segments[segment].upperBound == position {
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
    position = model.segments[segment].lowerBound
    end = model.segments[segment].upperBound
    isRerunning = true
  }

  /// What the segment that was run again resulted in.
  mutating func restarted(_ segment: Int) -> Tape.ValueID {
    isRerunning = false
    return slots[outputSlot(of: segment)]
  }

  private mutating func step(on tape: inout Tape) -> ForwardPass.Event? {
    let place = position
    position += 1
    switch model.graph.instructions[place] {
    case .enter(let module, let input, let output):
      slots[output] = enter(module, slots[input], on: &tape)
    case .call(let callable, let operands, let output):
      // Always in the same array: one for every call would be an allocation for every call.
      self.operands.removeAll(keepingCapacity: true)
      for operand in operands { self.operands.append(value(operand)) }
      slots[output] = callable.call(self.operands, on: &tape)
    case .exit(let module, let input, let output):
      slots[output] = exit(module, slots[input], on: &tape)
      return ForwardPass.Event(module: module, output: tape[slots[output]])
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
    switch model.graph.instructions[model.segments[segment].upperBound - 1] {
    case .enter(_, _, let output), .call(_, _, let output), .exit(_, _, let output): output
    }
  }

  /// Puts one node for a whole segment on the tape.
  private mutating func finish(_ segment: Int, on tape: inout Tape) {
    var inputs: Set<Tape.ValueID> = []
    let before = slots
    var inside: Set<ModuleGraph.Slot> = []
    for instruction in model.graph.instructions[model.segments[segment]] {
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
    let unrecorded = slots[slot]
    slots[slot] = tape.record(
      tape[unrecorded], from: inputs.sorted(), by: CheckpointOperation(), checkpoint: segment)
    tape.release(unrecorded)
  }

  private mutating func enter(_ module: Int, _ value: Tape.ValueID, on tape: inout Tape) -> Tape.ValueID {
    inputRequiresGrad[module] = tape.requiresGrad(value)
    if module == model.unwatchedOutputLayer, let rows = tape.keptRows { return tape.keepRows(value, rows) }
    guard model.hooks.surrounds(module) else { return value }
    return tape.record(tape[value], from: [value], by: IdentityOperation(), border: .input(module: module))
  }

  private mutating func exit(_ module: Int, _ value: Tape.ValueID, on tape: inout Tape) -> Tape.ValueID {
    if !model.hooks.outputHooks[module].isEmpty { tape.watch(value, as: module) }
    guard model.hooks.surrounds(module) else { return value }
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
