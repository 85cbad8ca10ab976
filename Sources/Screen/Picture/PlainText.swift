extension Grid {
  /// The rows as text, each without its trailing blanks.
  public var plainText: String {
    (0..<size.rows).map { row in
      var line = String((0..<size.columns).map { self[$0, row].glyph }.filter { $0 != "\0" })
      while line.hasSuffix(" ") { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}
