import Debugger

/// What `load` takes from a file or a directory. To add one: a line in `all`.
private struct Loading: Sendable {
  let name: String
  let usage: String
  let summary: String
  /// Returns what is to be said about it. `proceed` is asked between parts of a long load.
  let run: @Sendable (inout Session, String, @escaping (Progress) -> Bool) throws(DebuggerError) -> [String]

  static let all = [
    Loading(
      name: "model", usage: "load model DIR",
      summary: "a Hugging Face directory: config.json and .safetensors files of a Llama, Mistral, Qwen2 or GPT-2",
      run: { session, path, proceed throws(DebuggerError) in
        try session.loadModel(path) { proceed(Progress($0, of: $1, .bytes)) }
      }),
    Loading(
      name: "adapter", usage: "load adapter DIR",
      summary: "a PEFT directory: adapter_config.json and adapter_model.safetensors, on the model there is",
      run: { session, path, _ throws(DebuggerError) in try session.loadAdapter(path) }),
    Loading(
      name: "weights", usage: "load weights FILE.safetensors",
      summary: "any of the parameters, by their state-dict names",
      run: { session, path, _ throws(DebuggerError) in try session.loadWeights(path) }),
    Loading(
      name: "checkpoint", usage: "load checkpoint FILE.safetensors",
      summary: "what 'save checkpoint' wrote; training goes on as it would have",
      run: { session, path, _ throws(DebuggerError) in try session.loadCheckpoint(path) }),
  ]
}

extension Command {
  static let load = Command(
    name: "load", group: .setUp, usage: Loading.all.map(\.usage),
    summary: "take a model, an adapter, parameter values or the whole training state from files",
    details: Loading.all.map { "\($0.name): \($0.summary)" }.joined(separator: "\n"),
    example: "load weights weights.safetensors", changesSession: true,
    complete: { context in
      context.words.count == 1 ? Loading.all.map { Candidate($0.name, $0.summary) } : context.files()
    }
  ) { interpreter, statement throws(CommandError) in
    let names = Loading.all.map(\.name)
    guard let what = statement.arguments.first else {
      throw CommandError("write: " + Loading.all.map(\.usage).joined(separator: ", or: "))
    }
    guard let kind = Loading.all.first(where: { $0.name == what.text }) else {
      throw CommandError(
        "load knows \(names.joined(separator: ", ")), not '\(what.text)'" + didYouMean(what.text, among: names)
          + "; write for example: \(Loading.all[0].usage)", range: what.range)
    }
    let path = try statement.path(after: 1, kind.usage)
    let (isInterrupted, progress, here) = (interpreter.isInterrupted, interpreter.progress, interpreter.session)
    var wasStopped = false
    let notes: [String]
    do throws(CommandError) {
      notes = try interpreter.debugger(statement, blaming: path) { session throws(DebuggerError) in
        try kind.run(&session, path.text) { done in
          progress(here, done)
          wasStopped = isInterrupted()
          return !wasStopped
        }
      }
    } catch {
      throw wasStopped ? .interrupted : error
    }
    interpreter.tell(notes)
    if kind.name == "model" { interpreter.reconsiderSelection() }
  }
}

extension Statement {
  /// The one file name after `skipping` words.
  func path(after skipping: Int, _ usage: String) throws(CommandError) -> Word {
    let words = arguments.dropFirst(skipping)
    guard let path = words.first, !path.text.isEmpty else {
      throw CommandError("a file name is missing; write: \(usage)")
    }
    guard words.count == 1 else {
      throw CommandError(
        "one file name only (quote it if it has spaces); write: \(usage)", range: words[words.startIndex + 1].range)
    }
    return path.atHome
  }

  /// Splits `key=value` words; others are refused.
  func options(after skipping: Int, known: [String]) throws(CommandError) -> [(key: String, value: String, word: Word)]
  {
    var found: [(String, String, Word)] = []
    for word in arguments.dropFirst(skipping) {
      guard let equals = word.text.firstIndex(of: "=") else {
        throw CommandError(
          "'\(word.text)' is not an option; there are \(known.map { $0 + "=" }.joined(separator: ", "))",
          range: word.range)
      }
      let key = String(word.text[..<equals])
      guard known.contains(key) else {
        throw CommandError("no option '\(key)'" + didYouMean(key, among: known), range: word.range)
      }
      found.append((key, String(word.text[word.text.index(after: equals)...]), word))
    }
    return found
  }

  /// A whole number in a range.
  func count(_ text: String, _ what: String, _ word: Word, _ range: ClosedRange<Int> = 1...1_000_000_000)
    throws(CommandError) -> Int
  {
    guard let value = Int(text) else {
      throw CommandError("\(what) needs a whole number, not '\(text)'", range: word.range)
    }
    guard range.contains(value) else {
      throw CommandError(
        "\(what) must be from \(range.lowerBound) to \(range.upperBound), not \(value)", range: word.range)
    }
    return value
  }
}
