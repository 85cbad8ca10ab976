import FoundationEssentials
import Tensors

/// A text to train on, and what stands before it without being counted.
struct TextSample {
  var prompt = ""
  let text: String

  /// From the words of a command: a file, a text, or a prompt and its completion.
  static func read(_ words: [String]) throws(DebuggerError) -> [TextSample] {
    guard let first = words.first else {
      throw DebuggerError("data text needs a text or a file, as in: data text 'Once upon a time'")
    }
    guard words.count <= 2 else {
      throw DebuggerError("put quotes around a text of several words, as in: data text 'Once upon a time'", word: 2)
    }
    if words.count == 2 { return [TextSample(prompt: first, text: words[1])] }
    guard fileExists(first) else {
      if [".txt", ".json", ".jsonl", ".md"].contains(where: first.hasSuffix) {
        throw DebuggerError("cannot read \(first): no such file", word: 0)
      }
      return [TextSample(text: first)]
    }
    return try file(first)
  }

  private static func file(_ path: String) throws(DebuggerError) -> [TextSample] {
    if path.hasSuffix(".json") {
      let value = try DebuggerError.wrap(word: 0) { () throws(JSONError) in try JSONValue(path: path) }
      guard case .array(let items) = value else {
        throw DebuggerError("\(path) is no list of objects with \"text\", or \"prompt\" and \"completion\"", word: 0)
      }
      var samples: [TextSample] = []
      for (index, item) in items.enumerated() { samples.append(try sample(item, "\(path): entry \(index + 1)")) }
      return try whole(samples, path)
    }
    let data: Data
    do {
      data = try readFile(path)
    } catch {
      throw DebuggerError("cannot read \(path): \(error.reason)", word: 0)
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw DebuggerError("\(path) is not UTF-8 text", word: 0)
    }
    guard path.hasSuffix(".jsonl") else { return [TextSample(text: text)] }
    var samples: [TextSample] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy(\.isWhitespace) { continue }
      let value = try DebuggerError.wrap(word: 0) { () throws(JSONError) in
        try JSONValue(Data(line.utf8), "\(path): line \(index + 1)")
      }
      samples.append(try sample(value, "\(path): line \(index + 1)"))
    }
    return try whole(samples, path)
  }

  private static func whole(_ samples: [TextSample], _ path: String) throws(DebuggerError) -> [TextSample] {
    guard !samples.isEmpty else { throw DebuggerError("\(path) has no text in it", word: 0) }
    return samples
  }

  private static func sample(_ value: JSONValue, _ place: String) throws(DebuggerError) -> TextSample {
    if case .object(let object) = value {
      if case .text(let prompt) = object["prompt"], case .text(let completion) = object["completion"] {
        return TextSample(prompt: prompt, text: completion)
      }
      if case .text(let text) = object["text"] { return TextSample(text: text) }
    }
    throw DebuggerError("\(place) has neither \"text\" nor \"prompt\" and \"completion\"", word: 0)
  }
}
