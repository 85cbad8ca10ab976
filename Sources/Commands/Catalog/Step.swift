import Debugger
import Training

extension Command {
  static let step = Command(
    name: "step", aliases: ["s", "next", "n"], group: .stepping, usage: ["step [N]"],
    summary: "take N optimizer steps (1), or finish the one in progress and count it",
    details:
      "Shows hook gradient against effective gradient after the last one. Ctrl-C and breakpoints stop it at the "
      + "event, the first NaN or inf after the step in which they came up. After going back it walks along the same branch again.",
    example: "step 3", mostArguments: 1, repeats: true, changesSession: true
  ) { interpreter, statement throws(CommandError) in
    let total = try statement.optionalCount("step")
    try interpreter.prepareToStep(statement)
    for done in 0..<total {
      guard try interpreter.runStep(statement, isLast: done == total - 1, at: Progress(done, of: total)) else { return }
      interpreter.progress(interpreter.session, Progress(done + 1, of: total))
    }
    interpreter.emitDisplays()
  }

  static let event = Command(
    name: "event", aliases: ["e", "stepi", "si"], group: .stepping, usage: ["event [N]"],
    summary: "advance by N events inside a step (1)",
    details: "An event is the smallest thing to stop at: a module's forward, the loss, a node of backward, "
      + "a hook, an accumulation, clipping, one parameter's update, zero_grad.",
    example: "event 5", mostArguments: 1, repeats: true, changesSession: true
  ) { interpreter, statement throws(CommandError) in
    let total = try statement.optionalCount("event")
    try interpreter.prepareToStep(statement)
    for done in 0..<total {
      let (event, stops) = try interpreter.advance(statement)
      interpreter.emit(.event(event, interpreter.session.graph))
      if case .completed(let record) = event { interpreter.completed(record, isLast: done == total - 1) }
      if interpreter.report(stops) { return }
      interpreter.progress(interpreter.session, Progress(done + 1, of: total))
    }
    interpreter.emitDisplays()
  }

  static let finish = Command(
    name: "finish", group: .stepping, usage: ["finish"], summary: "run to the end of the step in progress",
    example: "finish", mostArguments: 0, changesSession: true
  ) { interpreter, statement throws(CommandError) in
    guard interpreter.session.isInsideStep else {
      throw CommandError("no step is in progress; 'event' goes into one, 'step' takes a whole one")
    }
    if try interpreter.runStep(statement, isLast: true, at: Progress(0, of: 1)) { interpreter.emitDisplays() }
  }

  static let `continue` = Command(
    name: "continue", aliases: ["c"], group: .stepping, usage: ["continue [N]"],
    summary: "run until a breakpoint or a watch stops it (for the N-th time)",
    details:
      "Ctrl-C stops it too, and the first NaN or inf, at the event that made it. Where nothing is set that could "
      + "stop it, it takes \(mostUnarmedSteps) steps at most.", example: "continue", mostArguments: 1, repeats: true,
    changesSession: true
  ) { interpreter, statement throws(CommandError) in
    var (left, taken) = (try statement.optionalCount("continue"), 0)
    try interpreter.prepareToStep(statement)
    let isArmed = interpreter.session.stopList.isArmed
    while true {
      let (event, stops) = try interpreter.runToStop(statement, at: Progress(taken))
      if case .completed(let record) = event {
        taken += 1
        let isEnough = !isArmed && taken == mostUnarmedSteps
        interpreter.completed(record, isLast: isEnough || (!stops.isEmpty && left == 1))
        if isEnough {
          return interpreter.emit(
            .note("no breakpoint is set and nothing else stopped it: \(taken) steps taken (break, watch, until EXPR)"))
        }
        interpreter.progress(interpreter.session, Progress(taken))
      }
      guard !stops.isEmpty else { continue }
      left -= 1
      // A value that is not finite is no reason to go on counting.
      if left == 0 || stops.contains(where: \.isNonFinite) {
        _ = interpreter.report(stops)
        return
      }
    }
  }

  private static let mostUnarmedSteps = 1000

  static let until = Command(
    name: "until", aliases: ["u"], group: .stepping, usage: ["until EXPR"],
    summary: "take steps until an expression is true after one",
    details: "Breakpoints, the first NaN or inf, and Ctrl-C stop it before.", example: "until loss < 0.5",
    takesExpression: true, changesSession: true, complete: { $0.expressionWords() }
  ) { interpreter, statement throws(CommandError) in
    let text = statement.tail
    let expression = try interpreter.expression(text)
    if expression.isConstant, case .flag(false)? = try? Evaluation(interpreter.session).evaluate(expression) {
      throw CommandError("no step makes this true", range: text.range)
    }
    try interpreter.prepareToStep(statement)
    var taken = 0
    while true {
      guard let record = try interpreter.runStep(statement, at: Progress(taken)) else { return }
      let value = try interpreter.debugger(at: text) { session throws(DebuggerError) in
        try Evaluation(session).evaluate(expression)
      }
      guard case .flag(let holds) = value else {
        throw CommandError("until needs a comparison, such as: until loss < 0.5", range: text.range)
      }
      interpreter.completed(record, isLast: holds)
      if holds { break }
      taken += 1
      interpreter.progress(interpreter.session, Progress(taken))
    }
    interpreter.emitDisplays()
  }

  static let reverseContinue = Command(
    name: "reverse-continue", aliases: ["rc"], group: .timeTravel, usage: ["reverse-continue"],
    summary: "go back to the last moment at which a breakpoint or a watch stops, or to the beginning",
    example: "reverse-continue", mostArguments: 0, repeats: true, changesSession: true
  ) { interpreter, statement throws(CommandError) in
    guard interpreter.session.stopList.isArmed else {
      throw CommandError("nothing would stop it; write first: break or watch, or instead: restart")
    }
    let (isInterrupted, progress, here) = (interpreter.isInterrupted, interpreter.progress, interpreter.session)
    let stops = try interpreter.debugger(statement) { session throws(DebuggerError) in
      try session.reverseContinue { looked in
        if looked > 0 { progress(here, Progress(looked, of: here.step - here.timeline.current.base)) }
        return !isInterrupted()
      }
    }
    if stops?.isEmpty ?? false { throw .interrupted }
    interpreter.emit(.text(interpreter.session.whereabouts))
    if let stops { _ = interpreter.report(stops) } else { interpreter.emit(.note("no breakpoint lies behind")) }
  }
}

extension Interpreter {
  /// One event, unless Ctrl-C was pressed.
  fileprivate mutating func advance(
    _ statement: Statement, rewinding: Bool = true
  ) throws(CommandError) -> (event: StepEvent, stops: [Stop]) {
    if isInterrupted() { throw .interrupted }
    return try debugger(statement) { session throws(DebuggerError) in
      try session.advanceWatching(rewinding: rewinding)
    }
  }

  /// Events to the end of the step or to one that stops a run, unless Ctrl-C was pressed.
  fileprivate mutating func runToStop(
    _ statement: Statement, at steps: Progress, rewinding: Bool = true
  ) throws(CommandError) -> (event: StepEvent, stops: [Stop]) {
    let (isInterrupted, progress) = (isInterrupted, progress)
    // A step of a large model takes long enough to be watched; for a small one even the copy of the session would.
    let isLarge = session.isLarge
    let here = isLarge ? session : nil
    var events = session.eventsTaken
    let reached = try debugger(statement) { session throws(DebuggerError) in
      try session.run(rewinding: rewinding) {
        if isLarge, let here {
          progress(here, steps.inside(events, of: here.eventsOfLastStep))
          events += 1
        }
        return isInterrupted()
      }
    }
    guard let reached else { throw .interrupted }
    return reached
  }

  /// Runs events until a step is complete; nil if something stopped it. A step in which NaN or inf come up is
  /// completed, so that it can be looked at and exported as a whole.
  fileprivate mutating func runStep(
    _ statement: Statement, at steps: Progress
  ) throws(CommandError) -> StepRecord? {
    var nonFinite: [Stop] = []
    while true {
      let (event, stops) = try runToStop(statement, at: steps, rewinding: false)
      if case .completed(let record) = event {
        return report(nonFinite + stops, after: record) ? nil : record
      }
      nonFinite += stops.filter(\.isNonFinite)
      let others = stops.filter { !$0.isNonFinite }
      if !others.isEmpty, report(nonFinite + others) { return nil }
    }
  }

  /// The same, telling of the step. False if something stopped it.
  fileprivate mutating func runStep(
    _ statement: Statement, isLast: Bool, at steps: Progress
  ) throws(CommandError) -> Bool {
    guard let record = try runStep(statement, at: steps) else { return false }
    completed(record, isLast: isLast)
    return true
  }

  /// Tells why a run stopped, and shows what is to be shown then; false if nothing stopped it.
  fileprivate mutating func report(_ stops: [Stop], after record: StepRecord? = nil) -> Bool {
    guard !stops.isEmpty else { return false }
    if let record { completed(record, isLast: true) }
    for stop in stops { emit(.stop(stop)) }
    emitDisplays()
    return true
  }

  /// Tells of a step.
  fileprivate mutating func completed(_ record: StepRecord, isLast: Bool) {
    stepCompleted()
    emit(.step(record, isLast: isLast))
  }

  /// Whole steps, then events of the next one, whatever would stop a run.
  mutating func advance(_ statement: Statement, steps: Int, events: Int) throws(CommandError) {
    try prepareToStep(statement)
    var taken = 0
    while taken < steps {
      let (event, _) = try runToStop(statement, at: Progress(taken, of: steps), rewinding: false)
      guard case .completed(let record) = event else { continue }
      taken += 1
      completed(record, isLast: taken == steps)
      progress(session, Progress(taken, of: steps))
    }
    for _ in 0..<events {
      let (event, _) = try advance(statement, rewinding: false)
      if case .completed(let record) = event { completed(record, isLast: true) }
    }
    if events > 0 { emit(.text(session.whereabouts)) }
    emitDisplays()
  }

  /// Evaluates what `display` asked for.
  mutating func emitDisplays() {
    guard !session.stopList.displays.isEmpty else { return }
    let evaluation = Evaluation(session)
    for display in session.stopList.displays {
      do throws(DebuggerError) {
        emit(.display(display, .success(try evaluation.evaluate(display.expression))))
      } catch {
        emit(.display(display, .failure(error)))
      }
    }
  }

  fileprivate mutating func prepareToStep(_ statement: Statement) throws(CommandError) {
    guard session.configuration.dataset == nil, let model = session.configuration.model else { return }
    let dataset = try debugger(statement) { session throws(DebuggerError) in try session.standardData(for: model) }
    try configure(statement) { $0.dataset = dataset }
    emit(.note("no data was given; using: data \(dataset.words)"))
  }

  /// An expression that will be evaluated again and again.
  mutating func expression(_ text: Statement.Word) throws(CommandError) -> Expression {
    try debugger(at: text) { session throws(DebuggerError) in try session.checkedExpression(text.text) }
  }
}

extension Stop {
  fileprivate var isNonFinite: Bool { if case .nonFinite = reason { true } else { false } }
}

extension Statement {
  /// The count after a stepping command, 1 if there is none.
  func optionalCount(_ what: String) throws(CommandError) -> Int {
    guard let word = arguments.first else { return 1 }
    if arguments.count > 1 {
      throw CommandError("\(what) takes one number", range: arguments[arguments.startIndex + 1].range)
    }
    return try count(word.text, what, word)
  }
}
