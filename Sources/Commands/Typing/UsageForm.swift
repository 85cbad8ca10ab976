/// One form of a command's usage, read piece by piece while the words for it are typed:
/// `TARGET|all`, `[at PLACEMENT]`, `[scale=X]`.
struct UsageForm {
  private var pieces: [Piece]
  /// An expression or a text has begun, which takes all that follows.
  private var isOpenEnded = false

  /// `usage` begins with the command's name.
  init(_ usage: String) {
    pieces = UsageForm.split(usage).dropFirst().map(Piece.init)
  }

  /// What is still to come, as the usage writes it.
  var rest: String { pieces.map(\.text).joined(separator: " ") }

  var isEmpty: Bool { pieces.isEmpty }

  /// The words that can stand here and nothing else; empty where a name or a number can.
  var literals: String? { pieces.first.flatMap { $0.isLiteral ? $0.text : nil } }

  /// Takes a word; false if it has no place here. Of the last one only the beginning may be there.
  mutating func take(_ word: String, isBegun: Bool = false) -> Bool {
    if isOpenEnded { return true }
    if let index = pieces.firstIndex(where: { $0.isWritten(word, isBegun) }) {
      let found = pieces.remove(at: index)
      if found.isRepeated { pieces.insert(found, at: index) }
      // Options come in any order; another word written as it is closes what stands before it.
      if !found.isOption { pieces.removeSubrange(..<index) }
      pieces.insert(contentsOf: found.following, at: found.isOption ? index : 0)
      return true
    }
    // A word that must be typed as it stands is not passed over.
    guard let index = pieces.firstIndex(where: { $0.isPlace || $0.isRequired }), pieces[index].isPlace else {
      // What is begun may become an option.
      return isBegun && pieces.contains { $0.begins(with: word) }
    }
    if pieces[index].isOpenEnded, index == pieces.count - 1 {
      (pieces, isOpenEnded) = ([], true)
    } else if !pieces[index].isRepeated {
      pieces.remove(at: index)
    }
    return true
  }

  /// At blanks outside of brackets and quotes; alternatives with blanks around the bar stay together.
  private static func split(_ usage: String) -> [String] {
    var found: [String] = []
    var depth = 0
    var isJoined = false
    for word in usage.split(separator: " ") {
      if depth > 0 || isJoined || (word == "|" && !found.isEmpty) {
        found[found.count - 1] += " " + word
        isJoined = word == "|"
      } else {
        found.append(String(word))
      }
      depth += word.count { $0 == "[" } - word.count { $0 == "]" }
    }
    return found
  }
}

/// One piece of a usage line.
private struct Piece {
  let text: String
  /// The pieces in it: more than one where a word must be followed by others, as in `[at PLACEMENT]`.
  private let parts: [String]
  private let isOptional: Bool

  init(_ text: String) {
    self.text = text
    isOptional = text.hasPrefix("[")
    let inner = isOptional ? text.dropFirst().prefix { $0 != "]" } : text[...]
    // `[ID... | FILE]` is a choice, not a sequence.
    parts = inner.contains(" | ") ? [String(inner)] : inner.split(separator: " ").map(String.init)
  }

  private var first: Substring { parts.first?[...] ?? "" }

  /// `key=VALUE`.
  var isOption: Bool { first.contains("=") && first != "=" }
  /// `OPTION=VALUE`: any key.
  private var isAnyOption: Bool { isOption && first.first?.isUppercase == true }
  /// A name, a number, a text: something that the user has to fill in.
  var isPlace: Bool { !isOption && (first.first.map { $0.isUppercase || "$'".contains($0) } ?? false) }
  /// Words that are typed as they stand here.
  var isLiteral: Bool { !isOption && !isPlace }

  /// A word that must be typed.
  var isRequired: Bool { isLiteral && !isOptional }
  /// More words may follow in the same place.
  var isRepeated: Bool { text.contains("...") }
  /// An expression or a sentence, whose words are no pieces.
  var isOpenEnded: Bool { isPlace && ["EXPR", "TEXT"].contains(first) }

  /// What comes after its first word.
  var following: [Piece] { parts.dropFirst().map(Piece.init) }

  /// Whether a word is one that this piece spells out.
  func isWritten(_ word: String, _ isBegun: Bool) -> Bool {
    if isOption {
      guard let equals = word.firstIndex(of: "=") else { return false }
      return isAnyOption || first.hasPrefix(word[...equals])
    }
    return isLiteral && first.split(separator: "|").contains { isBegun ? $0.hasPrefix(word) : $0 == word }
  }

  /// Whether a word may grow into the key of this option.
  func begins(with word: String) -> Bool { isOption && (isAnyOption || first.hasPrefix(word)) }
}
