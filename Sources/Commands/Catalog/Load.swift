import Debugger

extension Command {
  private static let usages = ["load weights FILE.safetensors", "load checkpoint FILE.safetensors"]

  static let load = Command(
    name: "load", group: .setUp, usage: usages,
    summary: "take parameter values, or the whole training state, from a file",
    details: "weights: any of the parameters, by their state-dict names.\n"
      + "checkpoint: what 'save checkpoint' wrote; training goes on as it would have.",
    example: "load weights weights.safetensors", changesSession: true,
    complete: { $0.words.count == 1 ? ["weights", "checkpoint"] : $0.files() }
  ) { interpreter, statement throws(CommandError) in
    guard let what = statement.arguments.first else {
      throw CommandError("write: " + usages.joined(separator: ", or: "))
    }
    guard ["weights", "checkpoint"].contains(what.text) else {
      throw CommandError(
        "load knows weights and checkpoint, not '\(what.text)'"
          + didYouMean(what.text, among: ["weights", "checkpoint"])
          + "; write: load weights FILE.safetensors", range: what.range)
    }
    let path = try statement.path(after: 1, "load \(what.text) FILE.safetensors")
    let notes = try interpreter.debugger(statement, blaming: path) { session throws(DebuggerError) in
      what.text == "weights" ? try session.loadWeights(path.text) : try session.loadCheckpoint(path.text)
    }
    interpreter.tell(notes)
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
    return path
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
