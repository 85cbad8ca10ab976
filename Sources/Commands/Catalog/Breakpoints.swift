import Debugger

// What stops a run, and what is shown then.

extension Command {
  static let `break` = breakpoint("break", ["b"], isTemporary: false, "stop when an event happens")
  static let tbreak = breakpoint("tbreak", [], isTemporary: true, "stop once when an event happens")

  private static func breakpoint(_ name: String, _ aliases: [String], isTemporary: Bool, _ summary: String) -> Command {
    Command(
      name: name, aliases: aliases, group: .breakpoints, usage: ["\(name) [at EVENT] [PARAM|MODULE] [if EXPR]"],
      summary: summary + ": at a stage or hook placement, on a parameter, if something holds",
      details: eventTable
        + "\nWithout EVENT anything that happens to the parameter stops; a condition alone is looked at after each step; "
        + "nothing at all means the present kind of event. 'step', 'event', 'continue' and 'until' stop at breakpoints.",
      example: "\(name) at clip_norm if loss > 2", changesSession: true,
      complete: { context in
        if context.words.last == "at" { return BreakPlace.all.map { Candidate($0.name, $0.help) } }
        if context.words.contains("if") { return context.expressionWords() }
        return [Candidate("at", "the event to stop at"), Candidate("if", "only where an expression is true")]
          + context.names(.both)
      }
    ) { interpreter, statement throws(CommandError) in
      let request = try statement.breakRequest(name)
      let condition = try request.condition.map { text throws(CommandError) in try interpreter.expression(text) }
      let id = try interpreter.debugger(statement, blaming: request.target) { session throws(DebuggerError) in
        try session.addBreakpoint(
          place: request.place, on: request.target?.text, if: condition, isTemporary: isTemporary,
          words: statement.arguments.isEmpty ? "" : statement.tail.text)
      }
      let words = interpreter.session.stopList.breakpoints.last?.words ?? ""
      interpreter.emit(.text("\(isTemporary ? "temporary " : "")breakpoint \(id): \(words)"))
    }
  }

  private static let eventTable: String = {
    var table = TextTable(["EVENT", "when"], leftAligned: [0, 1])
    for place in BreakPlace.all { table.add([place.name, place.help]) }
    return table.text
  }()

  static let watch = Command(
    name: "watch", group: .breakpoints, usage: ["watch EXPR"],
    summary: "stop when the value of an expression changes, and show the old and the new one",
    example: "watch norm(hook(0.lora_B))", takesExpression: true, changesSession: true,
    complete: { $0.expressionWords() }
  ) { interpreter, statement throws(CommandError) in
    let text = statement.tail
    let (id, value) = try interpreter.debugger(at: text) { session throws(DebuggerError) in
      try session.addWatch(text.text)
    }
    let now = value.map { ", now " + ValueText.short($0) } ?? ", which has no value yet"
    interpreter.emit(.text("watch \(id): \(text.text)\(now)"))
  }

  static let delete = Command(
    name: "delete", aliases: ["d"], group: .breakpoints, usage: ["delete [ID...]", "delete display [ID...]"],
    summary: "remove breakpoints and watches, or displays; all of them without a number",
    example: "delete 2", changesSession: true,
    complete: { context in
      if context.words.count > 1, context.words[1] == "display" { return context.displays() }
      return [Candidate("display", "what is shown at every stop")] + context.breakpoints()
    }
  ) { interpreter, statement throws(CommandError) in
    if let word = statement.arguments.first, word.text.count >= 2, "display".hasPrefix(word.text) {
      return try interpreter.forEachID(statement, skipping: 1) { session, id throws(DebuggerError) in
        try session.deleteDisplay(id)
      }
    }
    try interpreter.forEachID(statement) { session, id throws(DebuggerError) in try session.deleteBreakpoint(id) }
  }

  static let disable = switching(
    "disable", false, "let breakpoints be without removing them; 0 is the stop at NaN and inf")
  static let enable = switching("enable", true, "let breakpoints stop again")

  private static func switching(_ name: String, _ isEnabled: Bool, _ summary: String) -> Command {
    Command(
      name: name, group: .breakpoints, usage: ["\(name) [ID...]"], summary: summary, example: "\(name) 0",
      changesSession: true, complete: { [Candidate("0", "the stop at NaN and inf")] + $0.breakpoints() }
    ) { interpreter, statement throws(CommandError) in
      try interpreter.forEachID(statement) { session, id throws(DebuggerError) in
        try session.enableBreakpoint(id, isEnabled)
      }
    }
  }

  static let display = Command(
    name: "display", group: .breakpoints, usage: ["display [EXPR]"],
    summary: "show an expression at every stop; without one, show them all now", example: "display c(0.lora_B)",
    takesExpression: true, changesSession: true, complete: { $0.expressionWords() }
  ) { interpreter, statement throws(CommandError) in
    let text = statement.tail
    guard !statement.arguments.isEmpty else {
      if interpreter.session.stopList.displays.isEmpty {
        interpreter.emit(.text("nothing is displayed; write for example: display loss"))
      }
      return interpreter.emitDisplays()
    }
    let display = try interpreter.debugger(at: text) { session throws(DebuggerError) in
      try session.addDisplay(text.text)
    }
    interpreter.emit(.text("display \(display.id): \(display.text)"))
  }

  static let undisplay = Command(
    name: "undisplay", group: .breakpoints, usage: ["undisplay [ID...]"],
    summary: "no longer show an expression at every stop", example: "undisplay 1", changesSession: true,
    complete: { $0.displays() }
  ) { interpreter, statement throws(CommandError) in
    try interpreter.forEachID(statement) { session, id throws(DebuggerError) in try session.deleteDisplay(id) }
  }
}

extension Interpreter {
  /// Does something to each number that is given, or once with none if none is.
  fileprivate mutating func forEachID(
    _ statement: Statement, skipping: Int = 0, _ body: (inout Session, Int?) throws(DebuggerError) -> Void
  ) throws(CommandError) {
    let words = statement.arguments.dropFirst(skipping).filter { $0.text != "all" }
    guard !words.isEmpty else {
      return try debugger(statement) { session throws(DebuggerError) in try body(&session, nil) }
    }
    for word in words {
      guard let id = Int(word.text), id >= 0 else {
        throw CommandError("'\(word.text)' is no number; 'info breakpoints' lists them", range: word.range)
      }
      try debugger(statement, blaming: word) { session throws(DebuggerError) in
        do throws(DebuggerError) { try body(&session, id) } catch { throw DebuggerError(error.message) }
      }
    }
  }
}

private struct BreakRequest {
  var place: BreakPlace?
  var target: Statement.Word?
  var condition: Statement.Word?
}

extension Statement {
  fileprivate func breakRequest(_ name: String) throws(CommandError) -> BreakRequest {
    var request = BreakRequest()
    var words = arguments
    while let word = words.popFirst() {
      switch word.text {
      case "at":
        guard let name = words.popFirst() else {
          throw CommandError(
            "at which event? there are \(BreakPlace.all.map(\.name).joined(separator: ", "))", range: word.range)
        }
        do {
          request.place = try BreakPlace.find(name.text)
        } catch {
          throw CommandError(error.message, range: name.range)
        }
      case "if":
        guard let condition = tail(skipping: words.startIndex - arguments.startIndex) else {
          throw CommandError("if what? write for example: break at loss if loss > 2", range: word.range)
        }
        request.condition = condition
        return request
      default:
        guard request.target == nil else {
          throw CommandError("one parameter or module at a time; a condition begins with 'if'", range: word.range)
        }
        if request.place == nil, BreakPlace.all.contains(where: { $0.name == word.text }) {
          throw CommandError("an event is named after 'at'; write: \(name) at \(word.text)", range: word.range)
        }
        request.target = word
      }
    }
    return request
  }
}
