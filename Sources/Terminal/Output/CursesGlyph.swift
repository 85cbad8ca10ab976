import CTerminal

/// A glyph as ncurses takes it: one spacing character, then marks that combine with it.
struct CursesGlyph {
  /// Ended by 0; ncurses has room for five characters.
  let characters: [wchar_t]
  let columns: Int

  static let blank = CursesGlyph(base: " ")

  private static let mostMarks = 4

  /// What a cell shows; a glyph that ncurses would refuse becomes one that it takes.
  ///
  /// - Parameter asciiOnly: whether the terminal cannot show anything else.
  init(_ glyph: Character, asciiOnly: Bool) {
    guard let base = glyph.unicodeScalars.first else {
      self = .blank
      return
    }
    if asciiOnly, !base.isASCII {
      self.init(base: Self.ascii(for: base))
    } else {
      // Of an emoji made of several the first stands for all.
      self.init(base: base, marks: asciiOnly ? [] : Array(glyph.unicodeScalars.dropFirst()))
    }
  }

  private init(base: Unicode.Scalar, marks: [Unicode.Scalar] = []) {
    let width = terminal_wcwidth(base.value)
    guard width > 0, base.value != 0x7F else {
      // A lone mark has no cell to stand in, and a control character no picture.
      characters = [width < 0 && base.value >= 0x80 ? 0x3F : 0x20, 0]
      columns = 1
      return
    }
    let combining = marks.prefix { terminal_wcwidth($0.value) == 0 && !Self.changesWidth($0) }
    characters = [wchar_t(base.value)] + combining.prefix(Self.mostMarks).map { wchar_t($0.value) } + [0]
    columns = Int(width)
  }

  /// Joiners and variation selectors: terminals and the C library disagree about what they do.
  private static func changesWidth(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value == 0x200D || scalar.properties.isVariationSelector
  }

  /// What stands in for a line or a block where there is only ASCII.
  private static func ascii(for scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x2500, 0x2501, 0x2504, 0x2505, 0x2508, 0x2509, 0x2550, 0x2212, 0x2013, 0x2014: "-"
    case 0x2502, 0x2503, 0x2506, 0x2507, 0x250A, 0x250B, 0x2551: "|"
    case 0x250C...0x254B, 0x2552...0x257F: "+"
    case 0x2580...0x259F: "#"
    case 0x2190, 0x25C0: "<"
    case 0x2192, 0x25B6, 0x25B8: ">"
    case 0x2191, 0x25B2: "^"
    case 0x2193, 0x25BC: "v"
    case 0x00B7, 0x2022, 0x25CF: "*"
    case 0x2018, 0x2019: "'"
    case 0x201C, 0x201D: "\""
    default: "?"
    }
  }
}
