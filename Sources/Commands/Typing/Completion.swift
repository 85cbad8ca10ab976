import Debugger

/// What Tab offers.
public struct Completions: Sendable, Equatable {
  /// Characters of the line that a candidate replaces.
  public let range: Range<Int>
  public let candidates: [Candidate]
}

/// Completes the word that ends at `cursor` (in characters); beyond the line's end that is its end.
public func complete(_ line: String, at cursor: Int, in session: Session) -> Completions {
  let before = Array(line.prefix(max(0, cursor)))
  var typed = TypedCommand(before)
  guard !typed.isClosed else { return Completions(range: before.count..<before.count, candidates: []) }
  let candidates = offered(&typed, session)
  var found = candidates.filter { $0.text.hasPrefix(typed.partial) }
  // `q_proj` is typed where `model.layers.0.self_attn.q_proj` is meant.
  if found.isEmpty { found = candidates.filter { $0.text.contains("." + typed.partial) && !$0.text.contains("/") } }
  // Of two with one text the first one knows more.
  var seen: Set<String> = []
  found.removeAll { !seen.insert($0.text).inserted }
  return Completions(
    range: typed.start..<before.count,
    candidates: found.compactMap { quoted($0, typed.quote) }.sorted { $0.text < $1.text })
}

private func offered(_ typed: inout TypedCommand, _ session: Session) -> [Candidate] {
  guard let command = typed.command() else {
    return typed.words.isEmpty ? Command.all.map { Candidate($0.name, $0.summary) } : []
  }
  let context = CompletionContext(session: session, words: typed.words, partial: typed.partial)
  let candidates = command.complete(context)
  // An expression can also follow `if`, and the sign in `set $name = EXPR`.
  guard command.takesExpression || typed.words.contains("if") || typed.words.contains("=") else { return candidates }
  let argument = context.argument(at: typed.text)
  // `norm(hook(0.lo`: what follows the last operator is the word.
  guard let operation = typed.partial.lastIndex(where: { "(,[+-*/<>=!~".contains($0) }) else {
    return argument ?? candidates
  }
  typed.narrow(to: typed.partial[typed.partial.index(after: operation)...])
  return argument ?? context.expressionWords()
}

/// The candidate as it must be typed; nil if no quotes can hold it. A folder's quote stays open.
private func quoted(_ candidate: Candidate, _ quote: Character?) -> Candidate? {
  let text = candidate.text
  guard quote != nil || needsQuotes(text) else { return candidate }
  guard let quote = quote ?? ["'", "\""].first(where: { !text.contains($0) }), !text.contains(quote) else { return nil }
  return Candidate("\(quote)\(text)" + (text.hasSuffix("/") ? "" : String(quote)), candidate.help)
}

/// Whether a word would fall apart, or mean something else, without quotes.
func needsQuotes(_ word: String) -> Bool {
  word.contains { $0.isWhitespace || $0 == ";" } || word.first.map { "#'\"".contains($0) } ?? false
}
