import Debugger
import FoundationEssentials

/// What a command's completer may look at.
public struct CompletionContext: Sendable {
  public let session: Session
  /// The finished words before the one being typed, the command's name included.
  public let words: [String]
  /// What is there of the word being typed.
  public let partial: String

  /// Parameters and modules by their short names.
  func names(_ kind: NameTable.Kind) -> [String] { session.names?.completions(kind) ?? [] }

  /// Files whose path begins like the word; directories end in a slash.
  func files() -> [String] {
    let slash = partial.lastIndex(of: "/")
    let directory = slash.map { String(partial[...$0]) } ?? ""
    let listed = (try? FileManager.default.contentsOfDirectory(atPath: directory.isEmpty ? "." : directory)) ?? []
    return listed.filter { !$0.hasPrefix(".") || partial.dropFirst(directory.count).hasPrefix(".") }.map { name in
      var isDirectory = false
      _ = FileManager.default.fileExists(atPath: directory + name, isDirectory: &isDirectory)
      return directory + name + (isDirectory ? "/" : "")
    }
  }

  /// What the argument at the end of a text may be, if a function wants a name or a certain word there.
  func argumentWords(of text: String) -> [String]? {
    var (depth, index) = (0, 0)
    var position = text.endIndex
    while position > text.startIndex {
      position = text.index(before: position)
      switch text[position] {
      case ")": depth += 1
      case "(" where depth > 0: depth -= 1
      case "(":
        let name = String(text[..<position].reversed().prefix { $0.isLetter || $0 == "_" }.reversed())
        guard let function = ExpressionFunction.all.first(where: { $0.name == name }) else { return nil }
        if function.takesWord(at: index) { return function.choices }
        return function.takesName(at: index) ? names(.both) : nil
      case "," where depth == 0: index += 1
      default: break
      }
    }
    return nil
  }

  /// Functions and names: what an expression is made of.
  func expressionWords() -> [String] {
    let functions = ExpressionFunction.all.map { $0.needsArguments ? $0.name + "(" : $0.name }
    return functions + ["and", "or", "not", "within"]
  }
}

/// What Tab offers.
public struct Completions: Sendable, Equatable {
  /// Characters of the line that a candidate replaces.
  public let range: Range<Int>
  public let candidates: [String]
}

/// Completes the word that ends at `cursor` (in characters); beyond the line's end that is its end.
public func complete(_ line: String, at cursor: Int, in session: Session) -> Completions {
  let typed = Array(line).prefix(max(0, cursor))
  let cursor = typed.count
  // The statement begins after the last separator; inside an expression, so does a new word.
  let statementStart = (typed.lastIndex(of: ";") ?? -1) + 1
  let text = typed[statementStart...]
  var words = text.split(whereSeparator: { $0.isWhitespace }).map { String($0) }
  let endsInSpace = text.last?.isWhitespace ?? true
  var partial = endsInSpace ? "" : words.removeLast()
  guard let name = words.first else {
    return Completions(
      range: (cursor - partial.count)..<cursor,
      candidates: Command.all.map(\.name).filter { $0.hasPrefix(partial) }.sorted())
  }
  let word = Statement.Word(text: name, range: 0..<0, textStart: 0)
  guard let command = try? Command.find(word) else { return Completions(range: cursor..<cursor, candidates: []) }
  let context = CompletionContext(session: session, words: words, partial: partial)
  var candidates = command.complete(context)
  // An expression can also follow `if`, and the sign in `set $name = EXPR`.
  if command.takesExpression || words.contains("if") || words.contains("=") {
    // `norm(hook(0.lo`: what follows the last operator is the word.
    if let operation = partial.lastIndex(where: { "(,[+-*/<>=!~".contains($0) }) {
      partial = String(partial[partial.index(after: operation)...])
      candidates = context.expressionWords()
    }
    candidates = context.argumentWords(of: String(text)) ?? candidates
  }
  let found = candidates.filter { $0.hasPrefix(partial) }
  return Completions(range: (cursor - partial.count)..<cursor, candidates: Array(Set(found)).sorted())
}
