import Debugger
import Models

extension Command {
  static let model = Command(
    name: "model", group: .setUp, usage: ModelKind.all.map(\.usage),
    summary: "make one of the built-in models, with weights drawn from the seed",
    details: ModelKind.all.map { "\($0.name): \($0.summary)" }.joined(separator: "\n"),
    example: "model mlp 16 24 5 relu", changesSession: true,
    complete: { context in
      guard context.words.count > 1 else { return ModelKind.all.map { Candidate($0.name, $0.summary) } }
      let choices = ModelKind.all.first { $0.name == context.words[1] }?.choices ?? []
      return context.options(choices.map { Candidate($0) })
    }
  ) { interpreter, statement throws(CommandError) in
    let kinds = ModelKind.all.map(\.name)
    guard let word = statement.arguments.first else {
      throw CommandError(
        "model needs a kind: \(kinds.joined(separator: " or ")); write for example: model linear 16 16")
    }
    guard let kind = ModelKind.all.first(where: { $0.name == word.text }) else {
      throw CommandError(
        "no model '\(word.text)'" + didYouMean(word.text, orOneOf: kinds), range: word.range)
    }
    let words = statement.arguments.dropFirst()
    let definition: any ModelDefinition
    do throws(ModelError) {
      definition = try kind.parse(words.map(\.text))
    } catch {
      throw CommandError(DebuggerError(error.message, word: error.word), words: words)
    }
    try interpreter.configure(statement) { $0.start(definition) }
    interpreter.reconsiderSelection()
  }
}
