import Training

/// Every step of a branch. Steps are deterministic, so only the newest records are kept whole; older
/// ones are made again, bit for bit, by running from the nearest checkpoint.
public struct RecordLog: Sendable, Sequence {
  /// Steps taken one after the other under one plan, and the state the first of them began with.
  private struct Stretch: Sendable {
    let start: TrainingState
    let plan: TrainingPlan
    var count: Int
  }

  /// Steps between two checkpoints: what it takes to make a record again, at most.
  private static let interval = 256
  /// This many of the newest records are kept whole, up to twice as many between two clearings.
  private static let kept = 16

  private var stretches: [Stretch] = []
  private var newest: [StepRecord] = []
  public private(set) var count = 0

  public var isEmpty: Bool { count == 0 }
  public var last: StepRecord? { newest.last }

  /// `state` is what the step began with.
  mutating func append(_ record: StepRecord, from state: TrainingState) {
    if let end = stretches.last, end.plan === record.plan, end.count < RecordLog.interval {
      stretches[stretches.count - 1].count += 1
    } else {
      stretches.append(Stretch(start: state, plan: record.plan, count: 1))
    }
    if newest.count == 2 * RecordLog.kept { newest.removeFirst(RecordLog.kept) }
    newest.append(record)
    count += 1
  }

  /// The last `count` records, oldest first; at most those that are kept whole.
  public func suffix(_ count: Int) -> [StepRecord] { Array(newest.suffix(count)) }

  /// All records in order, each made anew.
  public func makeIterator() -> AnyIterator<StepRecord> {
    var waiting = stretches[...]
    var current: (state: TrainingState, plan: TrainingPlan, left: Int)?
    return AnyIterator {
      if current.map({ $0.left == 0 }) ?? true {
        current = waiting.popFirst().map { ($0.start, $0.plan, $0.count) }
      }
      guard let (state, plan, left) = current else { return nil }
      var machine = StepMachine(plan, state)
      while let event = try? machine.next() {
        guard case .completed(let record) = event else { continue }
        current = (machine.state, plan, left - 1)
        return record
      }
      return nil
    }
  }
}
