import Debugger

/// One thing that `info` tells about. To add one, add a line to `all`.
struct InfoTopic: Sendable {
  let name: String
  var aliases: [String] = []
  /// What is written after the name, if anything is.
  var argument = ""
  let summary: String
  let message: @Sendable (Session, _ argument: String?) throws(DebuggerError) -> Message

  static let all: [InfoTopic] = [
    topic("params", "parameters: shape, what trains, the last comparison", parameters),
    topic("hooks", "hooks and how often they fired", hooks),
    topic("lr", "learning rates, per parameter", learningRates),
    topic("optimizer", "the optimizer and its settings", optimizer),
    topic("model", "the model, its adapter and its data", model),
    topic("data", "the batches, and the rows that come next", data),
    topic("step", "where the session stands", position),
    InfoTopic(
      name: "module", argument: "NAME", summary: "what the step means for the weight that an adapter stands for"
    ) {
      session, name throws(DebuggerError) in
      guard let name else { throw DebuggerError("info module needs a name, as in: info module 0") }
      return .module(try session.view(try session.layer(named: name)))
    },
    topic("breakpoints", aliases: ["b", "watchpoints"], "what stops a run", breakpoints),
    topic("display", "what is shown at every stop", displays),
    topic("branches", "the branches and where they part", branches),
    topic("timeline", "the branch's steps, and what it costs to keep them", timeline),
  ]

  private static func topic(
    _ name: String, aliases: [String] = [], _ summary: String, _ text: @escaping @Sendable (Session) -> String
  ) -> InfoTopic {
    InfoTopic(name: name, aliases: aliases, summary: summary) { session, _ in .text(text(session)) }
  }
}

extension Command {
  static let info = Command(
    name: "info", aliases: ["i"], group: .looking,
    usage: [
      "info " + InfoTopic.all.filter { $0.argument.isEmpty }.map(\.name).joined(separator: "|")
    ] + InfoTopic.all.filter { !$0.argument.isEmpty }.map { "info \($0.name) \($0.argument)" },
    summary: "tell about the session",
    details: InfoTopic.all.map { "\($0.name): \($0.summary)" }.joined(separator: "\n"), example: "info params",
    mostArguments: 2,
    complete: { context in
      context.words.count > 1 ? context.names(.modules) : InfoTopic.all.map { Candidate($0.name, $0.summary) }
    }
  ) { interpreter, statement throws(CommandError) in
    let names = InfoTopic.all.map(\.name)
    guard let word = statement.arguments.first else {
      throw CommandError("info about what? there are \(names.joined(separator: ", "))")
    }
    let found = InfoTopic.all.filter { $0.name.hasPrefix(word.text) }
    guard
      let topic = InfoTopic.all.first(where: { $0.name == word.text || $0.aliases.contains(word.text) })
        ?? (found.count == 1 ? found[0] : nil)
    else {
      throw CommandError(
        "no info about '\(word.text)'" + didYouMean(word.text, orOneOf: names), range: word.range)
    }
    let argument = statement.arguments.dropFirst().first
    if topic.argument.isEmpty, let argument {
      throw CommandError("info \(topic.name) takes nothing more", range: argument.range)
    }
    let message = try interpreter.debugger(statement, blaming: argument ?? word) { session throws(DebuggerError) in
      try topic.message(session, argument?.text)
    }
    interpreter.emit(message)
  }
}
