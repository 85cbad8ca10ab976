import Debugger
import Training

extension Command {
  static let data = Command(
    name: "data", group: .setUp, usage: DataKind.all.map(\.usage),
    summary: "choose the batches to train on",
    details: DataKind.all.map { "\($0.name): \($0.summary)." }.joined(separator: "\n"),
    example: "data regression batch=8 seed=7", changesSession: true,
    complete: { context in
      guard context.words.count > 1 else { return DataKind.all.map { Candidate($0.name, $0.summary) } }
      guard let kind = DataKind.all.first(where: { $0.name == context.words[1] }) else { return [] }
      let options = context.options(kind.options.map { Candidate($0 + "=", DataOptions.help[$0] ?? "") })
      let places = kind.options.contains("tokenizer") ? context.files(after: "tokenizer=") : []
      return options + places + (kind.words == nil ? [] : context.files())
    }
  ) { interpreter, statement throws(CommandError) in
    guard let what = statement.arguments.first else {
      throw CommandError("write: data regression, or: data load FILE.safetensors")
    }
    let kinds = DataKind.all.map(\.name)
    guard let kind = DataKind.all.first(where: { $0.name == what.text }) else {
      throw CommandError(
        "no data '\(what.text)'" + didYouMean(what.text, orOneOf: kinds),
        range: what.range)
    }
    let (request, words) = try statement.dataRequest(kind)
    let dataset: Dataset
    let notes: [String]
    do throws(DebuggerError) {
      (dataset, notes) = try kind.make(request, interpreter.session.configuration.model)
    } catch {
      throw CommandError(error, words: words, blaming: words.last)
    }
    interpreter.tell(notes)
    if dataset.inputs.first.map({ $0.shape[0] == 0 }) ?? false {
      interpreter.emit(.warning("the batches are empty: a mean over nothing is nan, its gradient 0"))
    }
    try interpreter.configure(statement, blaming: statement.arguments.last) { $0.dataset = dataset }
  }
}

extension Statement {
  /// What stands after the kind: options that it takes, and other words where it takes any.
  fileprivate func dataRequest(_ kind: DataKind) throws(CommandError) -> (DataRequest, ArraySlice<Word>) {
    var request = DataRequest()
    var words: [Word] = []
    for word in arguments.dropFirst() {
      let key = word.text.firstIndex(of: "=").map { String(word.text[..<$0]) }
      // Quotes around all of it make it a text, whatever is in it.
      let isQuoted = word.textStart > word.range.lowerBound
      let isOption = key.map { kind.options.contains($0) || nearest(to: $0, among: kind.options) != nil } ?? false
      guard let key, !isQuoted, kind.words == nil || isOption else {
        guard kind.words != nil else {
          throw CommandError(
            "'\(word.text)' is not an option; there are \(kind.options.map { $0 + "=" }.joined(separator: ", "))",
            range: word.range)
        }
        words.append(isQuoted ? word : word.atHome)
        continue
      }
      guard kind.options.contains(key) else {
        throw CommandError("no option '\(key)'" + didYouMean(key, among: kind.options), range: word.range)
      }
      try set(key, String(word.text.dropFirst(key.count + 1)), word, &request.options)
    }
    request.words = words.map(\.text)
    return (request, words[...])
  }

  private func set(
    _ key: String, _ value: String, _ word: Word, _ options: inout DataOptions
  ) throws(CommandError) {
    switch key {
    case "batch": options.batch = try count(value, key, word, 0...1_000_000_000)
    case "batches": options.batches = try count(value, key, word)
    case "length": options.length = try count(value, key, word)
    case "prompt": options.prompt = try count(value, key, word, 0...1_000_000_000)
    case "tokenizer": options.tokenizer = expandingTilde(value)
    default:
      guard let seed = UInt64(value) else {
        throw CommandError("seed needs a whole number, not '\(value)'", range: word.range)
      }
      options.seed = seed
    }
  }
}
