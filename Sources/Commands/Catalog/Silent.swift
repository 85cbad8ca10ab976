extension Command {
  static let silent = Command(
    name: "silent", group: .sessions, usage: ["silent COMMAND"],
    summary: "run a command and show neither it nor what it says: a set-up that the reader is to find out",
    details: "Errors, warnings and expectations that fail are shown.",
    example: "silent set max_grad_norm 1.0", isEchoed: false, changesSession: true,
    isKept: { statement in statement.silenced.map { inner in (try? find(inner.name))?.isKept(inner) ?? true } ?? true },
    wordsBeforeCommand: 0
  ) { interpreter, statement throws(CommandError) in
    guard let inner = statement.silenced else {
      throw CommandError("write for example: silent set max_grad_norm 1.0")
    }
    let command = try find(inner.name)
    guard !Command.neverSilent.contains(command.name) else {
      throw CommandError("\(command.name) cannot be silent", range: inner.name.range)
    }
    let emit = interpreter.emit
    interpreter.emit = { message in
      switch message {
      case .failure, .warning: emit(message)
      case .expectation(let expectation) where !expectation.holds: emit(message)
      default: break
      }
    }
    defer { interpreter.emit = emit }
    try command.run(&interpreter, inner)
  }

  /// Those that hold a command, as a line of thousands would nest as deep, and those whose commands come only later.
  private static let neverSilent: Set = ["silent", "expect_error", "source", "causes", "lessons", "tour", "replay"]
}

extension Statement {
  /// The command behind `silent`.
  var silenced: Statement? {
    arguments.isEmpty ? nil : Statement(words: Array(arguments), line: line, lineNumber: lineNumber)
  }
}
