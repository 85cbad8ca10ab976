import Tensors
import Training

extension Session {
  /// Advances by one event and says what stops a run there. NaN and inf take the session back to the event that
  /// made them, unless the step is to be finished all the same.
  public mutating func advanceWatching(
    rewinding: Bool = true
  ) throws(DebuggerError) -> (event: StepEvent, stops: [Stop]) {
    let event = try advance()
    return stopping(event, rewinding: rewinding) ?? (event, [])
  }

  /// Runs to the end of the step, or to the first event before it that stops a run. `isInterrupted` is asked
  /// before every event; nil if it said so.
  public mutating func run(
    rewinding: Bool = true, until isInterrupted: () -> Bool
  ) throws(DebuggerError) -> (event: StepEvent, stops: [Stop])? {
    var passed: StepEvent?
    while !isInterrupted() {
      let event = try pass()
      if let stopped = stopping(event, rewinding: rewinding) { return stopped }
      if event.isCompletion { return (event, []) }
      passed = event
    }
    if let passed { lastEvent = passed }
    return nil
  }

  /// The event a run stops at, and why; nil if it goes on.
  private mutating func stopping(_ event: StepEvent, rewinding: Bool) -> (event: StepEvent, stops: [Stop])? {
    if stopList.stopsAtNonFinite {
      let found = event.nonFinite(isGuarded: configuration.training.lossScale != nil)
      if stopList.nonFinite.found(found != nil, isCompletion: event.isCompletion), let found {
        return stoppingAtNonFinite(event, found, rewinding: rewinding)
      }
    }
    guard stopList.isArmed else { return nil }
    let stops = checkBreakpoints(event)
    if stops.isEmpty { return nil }
    if !event.isCompletion { lastEvent = event }
    return (event, stops)
  }

  private mutating func stoppingAtNonFinite(
    _ event: StepEvent, _ found: String, rewinding: Bool
  ) -> (event: StepEvent, stops: [Stop]) {
    let origin = nonFiniteOrigin()
    var event = event
    if !event.isCompletion { lastEvent = event }
    if rewinding, let origin {
      (machine, lastEvent, eventsTaken) = (origin.machine, origin.event, origin.number)
      event = origin.event
    }
    var stops = [
      Stop(
        reason: .nonFinite(origin?.what ?? found), step: step + 1, events: origin?.number ?? eventsTaken,
        event: describe(origin?.event ?? event, in: graph))
    ]
    if stopList.isArmed { stops += checkBreakpoints(event) }
    return (event, stops)
  }

  private func stop(_ reason: Stop.Reason, _ event: StepEvent) -> Stop {
    Stop(reason: reason, step: isInsideStep ? step + 1 : step, events: eventsTaken, event: describe(event, in: graph))
  }

  /// The breakpoints that an event meets; counts their hits and drops temporary ones.
  mutating func checkBreakpoints(_ event: StepEvent) -> [Stop] {
    guard let plan = machine?.plan ?? lastRecord?.plan else { return [] }
    var (stops, hits): ([Stop], Set<Int>) = ([], [])
    // Only a watch or a condition looks at the step's record, which costs more than the event.
    var evaluation: Evaluation?
    for index in stopList.breakpoints.indices where stopList.breakpoints[index].isEnabled {
      let breakpoint = stopList.breakpoints[index]
      if case .event(let place, let site) = breakpoint.kind {
        guard place?.matches(event, plan) ?? true, site == nil || event.site == site else { continue }
        if place == nil, site == nil, breakpoint.condition != nil {
          // A bare condition is looked at when the step is over and everything is known.
          guard event.isCompletion else { continue }
        }
      }
      if evaluation == nil, breakpoint.isWatch || breakpoint.condition != nil { evaluation = Evaluation(self) }
      if let condition = breakpoint.condition {
        guard case .flag(true)? = try? evaluation?.evaluate(condition) else { continue }
      }
      guard let reason = reason(index, evaluation) else { continue }
      hits.insert(breakpoint.id)
      stops.append(stop(reason, event))
    }
    if !hits.isEmpty { countHits(hits) }
    return stops
  }

  private mutating func reason(_ index: Int, _ evaluation: Evaluation?) -> Stop.Reason? {
    let breakpoint = stopList.breakpoints[index]
    guard case .watch(let expression, let last) = breakpoint.kind else { return .breakpoint(breakpoint.id) }
    // Where it has no value, such as c before the optimizer wrote, it has not changed either.
    guard let new = try? evaluation?.evaluate(expression) else { return nil }
    stopList.breakpoints[index].kind = .watch(expression, last: new)
    guard let last, !last.isIdentical(to: new) else { return nil }
    return .watch(breakpoint.id, expression: breakpoint.words, old: last, new: new)
  }

  /// Lets every watch take the present value for the old one.
  mutating func primeWatches() {
    let evaluation = Evaluation(self)
    for index in stopList.breakpoints.indices {
      guard case .watch(let expression, _) = stopList.breakpoints[index].kind else { continue }
      stopList.breakpoints[index].kind = .watch(expression, last: try? evaluation.evaluate(expression))
    }
  }

  /// Takes note that some breakpoints have stopped a run; temporary ones are gone then.
  mutating func countHits(_ ids: Set<Int>) {
    for index in stopList.breakpoints.indices where ids.contains(stopList.breakpoints[index].id) {
      stopList.breakpoints[index].hits += 1
    }
    stopList.breakpoints.removeAll { $0.isTemporary && $0.hits > 0 }
  }
}

extension Value {
  /// The same bits.
  func isIdentical(to other: Value) -> Bool {
    switch (self, other) {
    case (.number(let a), .number(let b)): a == b || (a.isNaN && b.isNaN)
    case (.flag(let a), .flag(let b)): a == b
    case (.tensor(let a), .tensor(let b)): a.isIdentical(to: b)
    default: false
    }
  }
}
