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

  /// What is known of a step; nil if another one was taken again last.
  func known(_ plan: TrainingPlan, step: Int, events: Int) -> StepRecord? {
    entry.withLock { $0.flatMap { $0.plan === plan && $0.step == step && $0.events == events ? $0.record : nil } }
  }

  func record(
    _ plan: TrainingPlan, step: Int, events: Int, _ make: () throws(DebuggerError) -> StepRecord
  ) throws(DebuggerError) -> StepRecord {
    if let known = known(plan, step: step, events: events) { return known }
    let record = try make()
    entry.withLock { $0 = Entry(plan: plan, step: step, events: events, record: record) }
    return record
  }
}

extension Session {
  /// The explanation of the observed step, if the step was explained before or costs next to nothing to take again.
  public func explanationAtHand(_ parameter: Int, hook: Int? = nil) -> Explanation? {
    guard let observed else { return nil }
    let batch = observed.plan.dataset.inputs.first?.shape.count ?? 0
    let isKnown = ledgers.known(observed.plan, step: observed.step, events: eventsTaken) != nil
    guard isKnown || !(isLarge || batch > 1_000_000) else { return nil }
    return try? explain(parameter, hook: hook)
  }

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
      guard var machine = try machine(ofStep: observed.step, keepsLedger: true) else { return observed }
      return try DebuggerError.wrap { () throws(TrainingError) in try machine.finish() } ?? observed
    }
  }
}
