import Training

/// The records of all steps, in order. It is kept in chunks, so that a session with thousands of steps
/// still copies in no time when a command works on a copy of it.
public struct RecordLog: Sendable, Sequence {
  private static let chunk = 128
  private var full: [[StepRecord]] = []
  private var current: [StepRecord] = []

  public var count: Int { full.count * RecordLog.chunk + current.count }
  public var isEmpty: Bool { full.isEmpty && current.isEmpty }
  public var last: StepRecord? { current.last ?? full.last?.last }

  mutating func append(_ record: StepRecord) {
    current.append(record)
    if current.count == RecordLog.chunk {
      full.append(current)
      current = []
    }
  }

  /// The last `count` records, oldest first.
  public func suffix(_ count: Int) -> [StepRecord] {
    var found = current
    for part in full.reversed() where found.count < count { found = part + found }
    return Array(found.suffix(count))
  }

  public func makeIterator() -> some IteratorProtocol<StepRecord> {
    (full.joined() + current).makeIterator()
  }
}
