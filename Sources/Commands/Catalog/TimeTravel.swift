import Debugger
import Training

// Going to another moment of the training.

extension Command {
  static let back = Command(
    name: "back", aliases: ["reverse-step", "rs"], group: .timeTravel, usage: ["back [N]"],
    summary: "go back by N steps (1); inside a step, its beginning is the first one",
    details: "Weights, optimizer, data, settings and hooks are as they were. The future stays: 'step' walks along it "
      + "again, bit for bit; a change of settings or hooks leaves it for a new branch.",
    example: "back 3", mostArguments: 1, repeats: true, changesSession: true
  ) { interpreter, statement throws(CommandError) in
    let count = try statement.optionalCount("back")
    try interpreter.travel(statement) { session throws(DebuggerError) in try session.goBack(count) }
  }

  static let reverseEvent = Command(
    name: "reverse-event", aliases: ["re", "rsi"], group: .timeTravel, usage: ["reverse-event [N]"],
    summary: "go back by N events (1), into the step before if need be", example: "reverse-event 2", mostArguments: 1,
    repeats: true, changesSession: true
  ) { interpreter, statement throws(CommandError) in
    let count = try statement.optionalCount("reverse-event")
    try interpreter.travel(statement) { session throws(DebuggerError) in try session.goBack(events: count) }
  }

  static let goto = Command(
    name: "goto", aliases: ["jump"], group: .timeTravel, usage: ["goto STEP[:EVENT]"],
    summary: "go to the moment after a step of this branch, or after some events of the next one",
    example: "goto 3:17", mostArguments: 1, changesSession: true,
    complete: { context in
      let branch = context.session.timeline.current
      return [
        Candidate(String(branch.base), "the beginning of \(branch.name)"), Candidate(String(branch.end), "its end"),
      ]
    }
  ) { interpreter, statement throws(CommandError) in
    guard let word = statement.arguments.first else {
      throw CommandError("goto which step? 'info timeline' shows them; write for example: goto 3")
    }
    let parts = word.text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count <= 2, let step = parts[0], step >= 0, let event = parts.count == 2 ? parts[1] : 0, event >= 0
    else {
      throw CommandError("goto needs STEP or STEP:EVENT, not '\(word.text)'", range: word.range)
    }
    try interpreter.travel(statement) { session throws(DebuggerError) in try session.travel(to: step, event: event) }
  }

  static let restart = Command(
    name: "restart", aliases: ["run"], group: .timeTravel, usage: ["restart"],
    summary: "go to the beginning of this branch",
    example: "restart", mostArguments: 0, changesSession: true
  ) { interpreter, statement throws(CommandError) in
    try interpreter.travel(statement) { session throws(DebuggerError) in
      try session.travel(to: session.timeline.current.base)
    }
  }

  static let branch = Command(
    name: "branch", group: .timeTravel, usage: ["branch [NAME]"],
    summary: "start a branch here, or go to the end of the one of that name",
    details: "A branch has all steps up to here and goes its own way; 'info branches' lists them, 'compare' sets two "
      + "side by side. A change in the past starts one by itself.",
    example: "branch higher-lr", mostArguments: 1, changesSession: true,
    complete: { $0.branches() }
  ) { interpreter, statement throws(CommandError) in
    let name = statement.arguments.first?.text
    let known = name.flatMap { try? interpreter.session.timeline.find($0) }
    if let name, known == nil,
      Int(name) != nil || name.contains(where: { !($0.isLetter || $0.isNumber || "-_.".contains($0)) })
    {
      throw CommandError(
        "a branch's name is made of letters, digits, - _ and ., and is no number",
        range: statement.arguments.first?.range)
    }
    try interpreter.debugger(statement) { session throws(DebuggerError) in
      if let known { try session.switchBranch(to: known) } else { try session.startBranch(named: name) }
    }
    let session = interpreter.session
    let origin = session.timeline.current.origin.map { ", from step \($0.step) of \($0.branch)" } ?? ""
    interpreter.emit(
      .text(
        known == nil
          ? "branch \(session.timeline.current.name)\(origin)"
          : "branch \(session.timeline.current.name), after step \(session.step)"))
  }

  static let compare = Command(
    name: "compare", group: .timeTravel, usage: ["compare BRANCH"],
    summary: "set this branch beside another one: settings, losses, parameters, c",
    example: "compare main", mostArguments: 1, complete: { $0.branches() }
  ) { interpreter, statement throws(CommandError) in
    guard let word = statement.arguments.first else {
      throw CommandError("compare with which branch? 'info branches' lists them")
    }
    let comparison = try interpreter.debugger(statement) { session throws(DebuggerError) in
      try session.compare(with: session.timeline.find(word.text))
    }
    interpreter.emit(.comparison(comparison))
  }
}

extension Interpreter {
  /// Goes somewhere and says where that is.
  mutating func travel(
    _ statement: Statement, _ body: (inout Session) throws(DebuggerError) -> Void
  ) throws(CommandError) {
    try debugger(statement, body)
    emit(.text(session.whereabouts))
  }
}
