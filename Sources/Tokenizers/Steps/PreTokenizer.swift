import Tensors

/// Cuts a text into the words that the model then takes apart: the `pre_tokenizer` of a tokenizer.json.
struct PreTokenizer: Sendable {
  private enum Step {
    /// Writes each byte as a character of the byte alphabet, after a space in front of each piece and
    /// a split into words where these are asked for.
    case byteLevel(addsSpace: Bool, words: Pattern?)
    case split(Pattern, SplitBehavior, isInverted: Bool)
    case digits(areIndividual: Bool)
  }

  /// A text and its pieces in order; what a step removed lies between them.
  struct Pieces {
    var text: ArraySlice<UInt8>
    var ranges: [Range<Int>]
  }

  private let steps: [Step]

  func pieces(of text: ArraySlice<UInt8>, _ effort: inout Pattern.Effort) throws(TokenizerError) -> Pieces {
    var pieces = Pieces(text: text, ranges: text.isEmpty ? [] : [text.indices])
    for step in steps {
      switch step {
      case .byteLevel(let addsSpace, let words):
        if addsSpace { pieces = PreTokenizer.withSpaces(pieces) }
        if let words { try PreTokenizer.split(&pieces, at: words, .isolated, isInverted: false, &effort) }
        pieces = PreTokenizer.inByteAlphabet(pieces)
      case .split(let pattern, let behavior, let isInverted):
        try PreTokenizer.split(&pieces, at: pattern, behavior, isInverted: isInverted, &effort)
      case .digits(let areIndividual):
        let text = pieces.text
        pieces.ranges = pieces.ranges.flatMap { piece in
          (areIndividual ? SplitBehavior.isolated : .contiguous).pieces(
            of: Stretch.all(of: piece, matches: PreTokenizer.digits(in: text[piece])))
        }
      }
    }
    return pieces
  }

  private static func split(
    _ pieces: inout Pieces, at pattern: Pattern, _ behavior: SplitBehavior, isInverted: Bool,
    _ effort: inout Pattern.Effort
  ) throws(TokenizerError) {
    var ranges: [Range<Int>] = []
    for piece in pieces.ranges {
      var stretches = Stretch.all(of: piece, matches: try pattern.matches(in: pieces.text[piece], &effort))
      if isInverted { for index in stretches.indices { stretches[index].isMatch.toggle() } }
      ranges.append(contentsOf: behavior.pieces(of: stretches))
    }
    pieces.ranges = ranges
  }

  /// Every character that is a number in Unicode, as ½ and Ⅷ are too.
  private static func digits(in text: ArraySlice<UInt8>) -> [Range<Int>] {
    var digits: [Range<Int>] = []
    var start = text.startIndex
    while start < text.endIndex {
      let byte = text[start]
      var end = start + 1
      while end < text.endIndex, text[end] & 0xC0 == 0x80 { end += 1 }
      let isDigit = byte < 0x80 ? (0x30...0x39).contains(byte) : isNumber(text[start..<end])
      if isDigit { digits.append(start..<end) }
      start = end
    }
    return digits
  }

  private static func isNumber(_ character: ArraySlice<UInt8>) -> Bool {
    switch String(decoding: character, as: UTF8.self).unicodeScalars.first?.properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: true
    default: false
    }
  }

  private static func withSpaces(_ pieces: Pieces) -> Pieces {
    rewritten(pieces) { piece, text in
      if piece.first != 0x20 { text.append(0x20) }
      text.append(contentsOf: piece)
    }
  }

  private static func inByteAlphabet(_ pieces: Pieces) -> Pieces {
    rewritten(pieces) { piece, text in ByteAlphabet.append(piece, to: &text) }
  }

  private static func rewritten(_ pieces: Pieces, by append: (ArraySlice<UInt8>, inout [UInt8]) -> Void) -> Pieces {
    var text: [UInt8] = []
    text.reserveCapacity(pieces.text.count + pieces.ranges.count)
    let ranges = pieces.ranges.map { piece in
      let start = text.count
      append(pieces.text[piece], &text)
      return start..<text.count
    }
    return Pieces(text: text[...], ranges: ranges)
  }
}

extension PreTokenizer {
  private static let supported =
    "ByteLevel, Split, Digits and Sequence of these (ByteLevel among them), as in GPT-2, Llama 3, Qwen2 and SmolLM"

  /// GPT-2's words, which ByteLevel splits into unless use_regex is false.
  private static let wordsOfGPT2 =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  init(_ field: JSONField) throws(TokenizerError) {
    steps = try field.isNull ? [] : PreTokenizer.steps(field)
    // Without it the model would meet characters that its vocabulary writes otherwise.
    let isByteLevel = steps.contains { if case .byteLevel = $0 { true } else { false } }
    guard isByteLevel else {
      throw field.unsupported("without ByteLevel", supported: PreTokenizer.supported)
    }
  }

  private static func steps(_ field: JSONField) throws(TokenizerError) -> [Step] {
    let type = try field["type"]
    switch try type.text() {
    case "Sequence":
      return try field["pretokenizers"].elements().map { step throws(TokenizerError) in try steps(step) }.flatMap(
        \.self)
    case "ByteLevel":
      let words =
        try field["use_regex"].flag(default: true)
        ? try pattern(field) { () throws(Pattern.Fault) in try Pattern(wordsOfGPT2) } : nil
      return [.byteLevel(addsSpace: try field["add_prefix_space"].flag(default: true), words: words)]
    case "Split": return [try split(field)]
    case "Digits":
      return [.digits(areIndividual: try field["individual_digits"].flag(default: false))]
    case let name: throw type.unsupported(quoted(name), supported: supported)
    }
  }

  private static func split(_ field: JSONField) throws(TokenizerError) -> Step {
    let behaviorField = try field["behavior"]
    let name = try behaviorField.text()
    guard let behavior = SplitBehavior(rawValue: name) else {
      throw behaviorField.unsupported(
        quoted(name), supported: SplitBehavior.allCases.map(\.rawValue).joined(separator: ", "))
    }
    let literal = try field["pattern"]["String"]
    let written = try literal.isNull ? field["pattern"]["Regex"] : literal
    let source = try written.text()
    let pattern = try pattern(written) { () throws(Pattern.Fault) in
      try literal.isNull ? Pattern(source) : Pattern(literally: source)
    }
    return .split(pattern, behavior, isInverted: try field["invert"].flag(default: false))
  }

  private static func pattern(
    _ field: JSONField, _ compile: () throws(Pattern.Fault) -> Pattern
  ) throws(TokenizerError) -> Pattern {
    do {
      return try compile()
    } catch {
      throw field.invalid("is not a regular expression: \(error.reason)")
    }
  }
}
