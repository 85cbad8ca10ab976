import COniguruma

/// Which characters a pattern's \p{L}, \p{N} and the like stand for.
///
/// Each release of Oniguruma brings the tables of its own Unicode version: Debian 12's has 14, the
/// tokenizers package 16, so that some nine thousand letters would be split otherwise. Here they are
/// Unicode 16's on every system.
enum UnicodeClasses {
  /// The version of the tables in tokenizers 0.23.
  private static let version = 16

  /// A call prepares Oniguruma for UTF-8, once for the whole process.
  static let prepared: Void = {
    var encoding = oniguruma_utf8()
    onig_initialize(&encoding, 1)
    // Deep enough for any pattern that people write, and no danger for a small stack.
    onig_set_parse_depth_limit(250)
    define(rangesByCategory())
  }()

  /// Oniguruma has room for 20 names, and prefers them to its own.
  private static func define(_ ranges: [Unicode.GeneralCategory: [ClosedRange<UInt32>]]) {
    for (name, categories) in names {
      let ranges = categories.flatMap { ranges[$0] ?? [] }.sorted { $0.lowerBound < $1.lowerBound }
      let numbers = [UInt32(ranges.count)] + ranges.flatMap { [$0.lowerBound, $0.upperBound] }
      // Oniguruma keeps the pointer for good, so this memory stays.
      let table = UnsafeMutablePointer<OnigCodePoint>.allocate(capacity: numbers.count)
      table.initialize(from: numbers, count: numbers.count)
      onig_unicode_define_user_property(name, table)
    }
  }

  private static let names: [(String, [Unicode.GeneralCategory])] = [
    ("L", [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter]),
    ("Lu", [.uppercaseLetter]), ("Ll", [.lowercaseLetter]), ("Lt", [.titlecaseLetter]),
    ("Lm", [.modifierLetter]), ("Lo", [.otherLetter]),
    ("M", [.nonspacingMark, .spacingMark, .enclosingMark]),
    ("Mn", [.nonspacingMark]), ("Mc", [.spacingMark]), ("Me", [.enclosingMark]),
    ("N", [.decimalNumber, .letterNumber, .otherNumber]),
    ("Nd", [.decimalNumber]), ("Nl", [.letterNumber]), ("No", [.otherNumber]),
    (
      "P",
      [
        .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
        .finalPunctuation, .otherPunctuation,
      ]
    ),
    ("S", [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol]),
  ]

  /// Where Unicode 16 has letters, marks, numbers, punctuation and symbols: looking at the other planes
  /// would only take time.
  private static let inhabited: [Range<UInt32>] = [0..<0x40000, 0xE0000..<0xE1000]

  private static func rangesByCategory() -> [Unicode.GeneralCategory: [ClosedRange<UInt32>]] {
    var ranges: [Unicode.GeneralCategory: [ClosedRange<UInt32>]] = [:]
    for block in inhabited {
      var start = block.lowerBound
      var category: Unicode.GeneralCategory?
      for code in block.lowerBound...block.upperBound {
        let next = code < block.upperBound ? Unicode.Scalar(code).flatMap(assigned) : nil
        guard next != category else { continue }
        if let category { ranges[category, default: []].append(start...(code - 1)) }
        (start, category) = (code, next)
      }
    }
    return ranges
  }

  /// A character's category; nil for what that version does not have.
  static func assigned(_ scalar: Unicode.Scalar) -> Unicode.GeneralCategory? {
    guard let age = scalar.properties.age, age.major <= version else { return nil }
    return scalar.properties.generalCategory
  }
}
