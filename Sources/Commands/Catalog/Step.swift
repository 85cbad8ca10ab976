import Debugger
import Training

extension Command {
  static let step = Command(
    name: "step", aliases: ["s"], group: .stepping, usage: ["step [N]"],
    summary: "take N optimizer steps (1), or finish the one in progress and count it",
    details: "Shows hook gradient against effective gradient after the last one. Ctrl-C stops at the next event.",
    example: "step 3", mostArguments: 1, repeats: true, changesSession: true
  ) { interpreter, statement throws(CommandError) in
    let total = try statement.optionalCount("step")
    try interpreter.prepareToStep(statement)
    for done in 0..<total {
      let record = try interpreter.runStep(statement)
      interpreter.emit(.step(record, isLast: done == total - 1))
      interpreter.progress(interpreter.session, done + 1, total)
    }
  }

  static let event = Command(
    name: "event", aliases: ["e"], group: .stepping, usage: ["event [N]"],
    summary: "advance by N events inside a step (1)",
    details: "An event is the smallest thing to stop at: a module's forward, the loss, a node of backward,\n"
      + "a hook, an accumulation, clipping, one parameter's update, zero_grad.",
    example: "event 5", mostArguments: 1, repeats: true, changesSession: true
  ) { interpreter, statement throws(CommandError) in
    let total = try statement.optionalCount("event")
    try interpreter.prepareToStep(statement)
    for done in 0..<total {
      if interpreter.isInterrupted() { throw .interrupted }
      let event = try interpreter.debugger(statement) { session throws(DebuggerError) in try session.advance() }
      interpreter.emit(.event(event, interpreter.session.graph))
      if case .completed(let record) = event { interpreter.emit(.step(record, isLast: done == total - 1)) }
      interpreter.progress(interpreter.session, done + 1, total)
    }
  }

  static let finish = Command(
    name: "finish", group: .stepping, usage: ["finish"], summary: "run to the end of the step in progress",
    example: "finish", mostArguments: 0, changesSession: true
  ) { interpreter, statement throws(CommandError) in
    guard interpreter.session.isInsideStep else {
      throw CommandError("no step is in progress; 'event' goes into one, 'step' takes a whole one")
    }
    interpreter.emit(.step(try interpreter.runStep(statement), isLast: true))
  }
}

extension Interpreter {
  /// Runs events until a step is complete; Ctrl-C leaves it in progress.
  fileprivate mutating func runStep(_ statement: Statement) throws(CommandError) -> StepRecord {
    while true {
      if isInterrupted() { throw .interrupted }
      do {
        if case .completed(let record) = try session.advance() { return record }
      } catch {
        throw CommandError(error, words: statement.arguments)
      }
    }
  }

  fileprivate mutating func prepareToStep(_ statement: Statement) throws(CommandError) {
    guard session.configuration.dataset == nil, let model = session.configuration.model else { return }
    let dataset = try debugger(statement) { session throws(DebuggerError) in try session.standardData(for: model) }
    try configure(statement) { $0.dataset = dataset }
    emit(.note("no data was given; using: data \(dataset.words)"))
  }
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
