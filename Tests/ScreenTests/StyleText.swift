import Screen

/// The styles of a screen as text: what each letter stands for, then every row that is not plain as runs of letters,
/// `a31` for 31 cells of style a and `.` for plain ones. A row like the one before is a `"`.
struct StyleText {
  private(set) var lines = ["styles"]
  private var letters: [Style: String] = [:]

  init(_ grid: Grid) {
    var rows: [String] = []
    var before = ""
    for row in 0..<grid.size.rows {
      let runs = self.runs(row, of: grid)
      if !runs.isEmpty { rows.append("\(row) " + (runs == before ? "\"" : runs)) }
      before = runs
    }
    let legend = letters.sorted { ($0.value.count, $0.value) < ($1.value.count, $1.value) }
    lines += legend.map { "\($0.value) \(StyleText.words($0.key))" } + rows
  }

  private mutating func runs(_ row: Int, of grid: Grid) -> String {
    var runs: [(letter: String, count: Int)] = []
    for column in 0..<grid.size.columns {
      let letter = letter(StyleText.coarse(grid[column, row].style))
      if runs.last?.letter == letter { runs[runs.count - 1].count += 1 } else { runs.append((letter, 1)) }
    }
    if runs.last?.letter == "." { runs.removeLast() }
    return runs.map { "\($0.letter)\($0.count)" }.joined(separator: " ")
  }

  private mutating func letter(_ style: Style) -> String {
    if style == Style() { return "." }
    if let known = letters[style] { return known }
    let alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".map(String.init)
    let (place, round) = (letters.count % alphabet.count, letters.count / alphabet.count)
    letters[style] = String(repeating: alphabet[place], count: round + 1)
    return letters[style] ?? "."
  }

  /// Colours in sixteen steps: what is left of rounding must not change a letter.
  private static func coarse(_ style: Style) -> Style {
    func coarse(_ color: Color?) -> Color? {
      guard case .rgb(let red, let green, let blue)? = color else { return nil }
      return .rgb(red & 0xF0, green & 0xF0, blue & 0xF0)
    }
    var style = style
    (style.foreground, style.background) = (coarse(style.foreground), coarse(style.background))
    return style
  }

  private static func words(_ style: Style) -> String {
    func hex(_ color: Color?, _ name: String) -> String? {
      guard case .rgb(let red, let green, let blue)? = color else { return nil }
      return name + " #" + [red, green, blue].map { String($0 >> 4, radix: 16) }.joined()
    }
    let flags = [
      (style.bold, "bold"), (style.dim, "dim"), (style.underline, "underline"), (style.reverse, "reverse"),
    ]
    let parts = [hex(style.foreground, "text"), hex(style.background, "ground")] + flags.map { $0.0 ? $0.1 : nil }
    return parts.compactMap { $0 }.joined(separator: " ")
  }
}
