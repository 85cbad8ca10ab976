import Debugger

extension Command {
  static let expectError = Command(
    name: "expect_error", group: .looking, usage: ["expect_error TEXT COMMAND"],
    summary: "check that a command fails with a message that has this text; the state stays as it was",
    example: "expect_error \"does not require grad\" step", isEchoed: false, wordsBeforeCommand: 1
  ) { interpreter, statement throws(CommandError) in
    guard let text = statement.arguments.first, let name = statement.arguments.dropFirst().first else {
      throw CommandError("write for example: expect_error \"does not require grad\" step")
    }
    let inner = Statement(
      words: Array(statement.words.dropFirst(2)), line: statement.line, lineNumber: statement.lineNumber)
    let command = try find(name)
    guard command.name != "expect_error" else { throw CommandError("one expect_error is enough", range: name.range) }
    // What the command would say or do is of no interest: it works on a copy.
    var probe = interpreter
    probe.emit = { _ in }
    // What outlives the program is no copy.
    (probe.journal, probe.stateFolder) = (nil, nil)
    var message: String?
    do throws(CommandError) {
      try command.run(&probe, inner)
    } catch {
      if error.isInterrupt { throw error }
      message = error.message
    }
    let holds = message?.contains(text.text) ?? false
    let said = message.map { "it said: \($0)" } ?? "it did not fail"
    let expression = holds ? statement.tail.text : "\(statement.tail.text)\n        \(said)"
    interpreter.report(holds, expression, statement)
  }
}
