import Debugger

extension Command {
  static let causes = Command(
    name: "causes", group: .sessions, usage: ["causes [NAME]", "causes play NAME"],
    summary: "list the known causes, tell about one, or play its session",
    details: "A word lists those that speak of it, with what c comes to: causes clip",
    example: "causes trainer-clipping", mostArguments: 2, isKept: { _ in false },
    complete: { context in
      let causes = Cause.all.map { Candidate($0.name, $0.title) }
      return context.words.count == 1 ? [Candidate("play", "run a cause's session")] + causes : causes
    }
  ) { interpreter, statement throws(CommandError) in
    let words = Array(statement.arguments)
    guard let first = words.first else { return interpreter.emit(.text(list(Cause.all))) }
    guard words.count == 2 else {
      if let cause = Cause.all.first(where: { $0.name == first.text }) { return interpreter.emit(.text(page(cause))) }
      let found = Cause.all.filter { $0.mentions(first.text) }
      guard !found.isEmpty else { throw unknown(first) }
      return interpreter.emit(.text(found.count == 1 ? page(found[0]) : list(found)))
    }
    guard first.text == "play" else {
      throw CommandError("write: causes NAME, or: causes play NAME", range: words[1].range)
    }
    guard let cause = Cause.all.first(where: { $0.name == words[1].text }) else { throw unknown(words[1]) }
    try interpreter.checkDepth()
    try interpreter.putOn(Film(name: "causes/\(cause.name).session", text: cause.text), fresh: false)
  }

  private static func unknown(_ word: Statement.Word) -> CommandError {
    CommandError(
      "no cause '\(word.text)'" + didYouMean(word.text, among: Cause.all.map(\.name)) + " ('causes' lists them)",
      range: word.range)
  }

  private static func list(_ causes: [Cause]) -> String {
    var table = TextTable(["cause", "what it is"], leftAligned: [0, 1])
    for cause in causes {
      table.add([cause.name, cause.title])
      // All at once are too many to say more of them.
      if causes.count < Cause.all.count { table.add(["", "c: " + cause.fingerprint]) }
    }
    return table.text + "\n  'causes NAME' says what to do, 'causes play NAME' shows it; 'causes WORD' searches."
  }

  private static func page(_ cause: Cause) -> String {
    var table = TextTable([], leftAligned: [0, 1])
    let fields = [
      ("c", cause.fingerprint), ("you see", cause.symptom), ("why", cause.reason), ("do", cause.remedy),
      ("met in", cause.thread),
    ]
    for (name, text) in fields where !text.isEmpty { table.add([name, text]) }
    return "\(cause.name): \(cause.title)\n" + table.text + "\n  causes play \(cause.name)"
  }
}

extension Cause {
  fileprivate func mentions(_ word: String) -> Bool {
    [name, title, fingerprint, symptom, reason].contains { $0.lowercased().contains(word.lowercased()) }
  }
}
