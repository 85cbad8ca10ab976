import Synchronization
import Training

// A bare step keeps only what the screen shows. To explain it, it is taken once more with a ledger.

/// The last step that was taken again, so that several questions about it cost one run.
final class LedgerCache: Sendable {
  private struct Entry: Sendable {
    let plan: TrainingPlan
    let step: Int
    let events: Int
    let record: StepRecord
  }

  private let entry = Mutex<Entry?>(nil)

  func record(
    _ plan: TrainingPlan, step: Int, events: Int, _ make: () throws(DebuggerError) -> StepRecord
  ) throws(DebuggerError) -> StepRecord {
    let known = entry.withLock { $0 }
    if let known, known.plan === plan, known.step == step, known.events == events { return known.record }
    let record = try make()
    entry.withLock { $0 = Entry(plan: plan, step: step, events: events, record: record) }
    return record
  }
}

extension Session {
  /// The observed step with every gradient after every stage. Nil before the first step.
  public func observedWithLedger() throws(DebuggerError) -> StepRecord? {
    guard let observed else { return nil }
    return try ledgers.record(observed.plan, step: observed.step, events: eventsTaken) { () throws(DebuggerError) in
      if isInsideStep, let state {
        var machine = StepMachine(observed.plan, state, keepsLedger: true)
        for _ in 0..<eventsTaken {
          _ = try DebuggerError.wrap { () throws(TrainingError) in try machine.next() }
        }
        return machine.partialRecord
      }
      guard let machine = try machine(ofStep: observed.step, keepsLedger: true) else { return observed }
      return try DebuggerError.wrap { () throws(TrainingError) in try machine.finished() } ?? observed
    }
  }
}
