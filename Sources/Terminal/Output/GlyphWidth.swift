import CTerminal

/// How many columns text takes, as ncurses counts them on this terminal.
public enum GlyphWidth {
  /// 0, 1 or 2; a control character counts as 1, because something must stand in for it.
  public static func columns(of glyph: Character) -> Int {
    if glyph.isASCII { return 1 }
    guard let base = glyph.unicodeScalars.first else { return 0 }
    let width = Int(terminal_wcwidth(base.value))
    return width < 0 ? 1 : width
  }

  public static func columns(of text: some StringProtocol) -> Int {
    text.reduce(0) { $0 + columns(of: $1) }
  }
}
