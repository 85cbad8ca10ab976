import Tensors

/// The tokens that are looked for in a text before the model sees it: `added_tokens` of a tokenizer.json.
struct AddedTokens: Sendable {
  private struct Token {
    let text: [UInt8]
    let id: UInt32
    /// Only where no letter, digit, mark or underscore touches it.
    var isSingleWord: Bool
    /// Takes the white space before it along, and what is after it.
    var takesLeft: Bool
    var takesRight: Bool
    /// Looked for in the normalized text, and not before.
    var isNormalized: Bool
  }

  /// Part of a text: an added token, or what is left for the model.
  enum Segment {
    case token(UInt32)
    case text(Range<Int>)
  }

  private let tokens: [Token]
  private var raw = TokenTrie()
  private var normalized = TokenTrie()

  init(_ field: JSONField, model: BytePairModel, normalizer: Normalizer) throws(TokenizerError) {
    var tokens: [Token] = []
    var places: [[UInt8]: Int] = [:]
    // The tokenizers package counts on from the vocabulary, whatever id the file gives.
    var next = model.count
    for item in try field.isNull ? [] : field.elements() {
      let text = try item["content"].bytes()
      if text.isEmpty { continue }
      let known = places[text]
      let taken = known.map { tokens[$0].id } ?? model.id(of: text)
      guard let id = taken ?? UInt32(exactly: next) else { throw try item["content"].invalid("has no id left") }
      if taken == nil {
        next += 1
        if let other = model.tokens[id] {
          throw try item["content"].invalid(
            "takes the id \(id), which vocab gives to \(quoted(other))")
        }
      }
      let token = Token(
        text: text, id: id, isSingleWord: try item["single_word"].flag(default: false),
        takesLeft: try item["lstrip"].flag(default: false), takesRight: try item["rstrip"].flag(default: false),
        isNormalized: try item["normalized"].flag(default: true))
      _ = try item["id"].id()
      if let known {
        tokens[known] = token
      } else {
        places[text] = tokens.count
        tokens.append(token)
      }
    }
    self.tokens = tokens
    for (index, token) in tokens.enumerated() {
      if token.isNormalized {
        normalized.insert(Array(normalizer(token.text[...])), value: index)
      } else {
        raw.insert(token.text, value: index)
      }
    }
  }

  /// By id, for showing, as a text would have them.
  func texts(_ normalizer: Normalizer) -> [UInt32: [UInt8]] {
    Dictionary(tokens.map { ($0.id, $0.isNormalized ? Array(normalizer($0.text[...])) : $0.text) }) { $1 }
  }

  /// The first cut, before the text is normalized.
  func segmentsBeforeNormalizing(_ text: ArraySlice<UInt8>) -> [Segment] { segments(of: text, raw) }

  func segmentsAfterNormalizing(_ text: ArraySlice<UInt8>) -> [Segment] { segments(of: text, normalized) }

  private func segments(of text: ArraySlice<UInt8>, _ trie: TokenTrie) -> [Segment] {
    var segments: [Segment] = []
    var end = text.startIndex
    var place = text.startIndex
    // The last white space that was measured: tokens of white space would measure it again and again.
    var spaces = place..<place
    while let (found, index) = trie.first(in: text, from: place) {
      place = found.upperBound
      let token = tokens[index]
      if token.isSingleWord, text[..<found.lowerBound].endsInWord || text[place...].startsInWord { continue }
      var start = found.lowerBound
      if token.takesLeft { start = end < start ? text[end..<start].endOfText : end }
      if end < start { segments.append(.text(end..<start)) }
      end = place
      if token.takesRight {
        if !spaces.contains(place) { spaces = place..<text[place...].startOfText }
        end = spaces.upperBound
      }
      // A token of white space may lie in what the one before it took along: then it counts still, unless
      // nothing at all is left of it.
      if start < end { segments.append(.token(token.id)) }
    }
    if end < text.endIndex { segments.append(.text(end..<text.endIndex)) }
    return segments
  }
}

extension ArraySlice<UInt8> {
  fileprivate var lastScalarStart: Int? {
    lastIndex { $0 & 0xC0 != 0x80 }
  }

  private var scalar: Unicode.Scalar? { String(decoding: self, as: UTF8.self).unicodeScalars.first }

  fileprivate var endsInWord: Bool { lastScalarStart.flatMap { self[$0...].scalar }?.isWord ?? false }

  fileprivate var startsInWord: Bool { prefix(4).scalar?.isWord ?? false }

  /// Where the white space at the end begins.
  fileprivate var endOfText: Int {
    var rest = self
    while let start = rest.lastScalarStart, let scalar = rest[start...].scalar, scalar.properties.isWhitespace {
      rest = rest[..<start]
    }
    return rest.endIndex
  }

  /// Where the white space at the start is over.
  fileprivate var startOfText: Int {
    var rest = self
    while let scalar = rest.prefix(4).scalar, scalar.properties.isWhitespace {
      rest = rest.dropFirst(UTF8.width(scalar))
    }
    return rest.startIndex
  }
}

extension Unicode.Scalar {
  /// What \w stands for in Unicode's regular expressions.
  fileprivate var isWord: Bool {
    switch UnicodeClasses.assigned(self) {
    case nil: false
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: true
    default: properties.isAlphabetic || properties.isJoinControl
    }
  }
}
