/// Where in a graph each intermediate value is read for the last time, so that a pass can let go of it there.
struct LastReads {
  /// For each instruction one slot of every value that nothing reads after it.
  private(set) var slots: [[ModuleGraph.Slot]]
  private let segments: [Range<Int>]
  /// The slot a value was first put into: behind an open border it is the same value.
  private var origin: [ModuleGraph.Slot]
  /// The instructions that made it and that read it last.
  private var made: [Int]
  private var last: [Int]
  /// What comes into a segment is read again when the backward pass runs it once more.
  private var isReadAgain: [Bool]

  /// `isOpen` tells of a module whether values go through its border as they are.
  init(_ graph: ModuleGraph, _ segments: [Range<Int>], isOpen: (Int) -> Bool) {
    slots = Array(repeating: [], count: graph.instructions.count)
    self.segments = segments
    origin = Array(0..<graph.slotCount)
    made = Array(repeating: -1, count: graph.slotCount)
    last = made
    isReadAgain = Array(repeating: false, count: graph.slotCount)
    for (place, instruction) in graph.instructions.enumerated() {
      switch instruction {
      case .enter(let module, let input, let output), .exit(let module, let input, let output):
        read(input, at: place)
        if isOpen(module) { origin[output] = origin[input] } else { (made[output], last[output]) = (place, place) }
      case .call(_, let operands, let output):
        for case .slot(let slot) in operands { read(slot, at: place) }
        (made[output], last[output]) = (place, place)
      }
    }
    for slot in 0..<graph.slotCount where origin[slot] == slot && last[slot] >= 0 && !isReadAgain[slot] {
      if slot != origin[graph.output] { slots[last[slot]].append(slot) }
    }
  }

  private mutating func read(_ slot: ModuleGraph.Slot, at place: Int) {
    let value = origin[slot]
    last[value] = place
    if segments.contains(where: { $0.contains(place) && !$0.contains(made[value]) }) { isReadAgain[value] = true }
  }
}
