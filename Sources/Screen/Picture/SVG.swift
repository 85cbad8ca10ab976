import Debugger

extension Grid {
  /// The screen as one SVG document that needs nothing else: text stays text, and every run of it has its place, so
  /// that columns line up in whatever monospaced font there is.
  public var svg: String { SVGPicture(self).text }
}

/// A grid on its way to SVG: a rectangle for every run of one ground, a text for every run of one style.
private struct SVGPicture {
  private static let cell = Size(columns: 9, rows: 18)
  private static let margin = 9
  private static let fontSize = 15
  /// How far below a row's top its letters stand.
  private static let baseline = 14
  private static let ink = Color.rgb(214, 218, 224)
  private static let ground = Color.rgb(20, 22, 28)
  private static let fonts = "'DejaVu Sans Mono', 'Liberation Mono', Menlo, Consolas, monospace"

  private let grid: Grid

  init(_ grid: Grid) { self.grid = grid }

  var text: String {
    let (width, height) = (
      grid.size.columns * SVGPicture.cell.columns + 2 * SVGPicture.margin,
      grid.size.rows * SVGPicture.cell.rows + 2 * SVGPicture.margin
    )
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\" "
        + "font-family=\"\(SVGPicture.fonts)\" font-size=\"\(SVGPicture.fontSize)\" fill=\"\(SVGPicture.ink.hex)\">",
      "<title>lorascope</title>",
      "<rect width=\"\(width)\" height=\"\(height)\" rx=\"6\" fill=\"\(SVGPicture.ground.hex)\"/>",
    ]
    let rows = 0..<grid.size.rows
    lines.append("<g shape-rendering=\"crispEdges\">")
    lines += rows.flatMap { row in grounds(row) }
    lines.append("</g>")
    lines.append("<g xml:space=\"preserve\" style=\"white-space:pre\">")
    lines += rows.flatMap { row in runs(row).map { text(of: $0, row) } }
    lines.append("</g>")
    if let cursor = grid.cursor {
      let (x, y) = (x(cursor.column), y(cursor.row))
      lines.append(
        "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(SVGPicture.cell.columns)\" height=\"\(SVGPicture.cell.rows)\" "
          + "fill=\"\(SVGPicture.ink.hex)\" fill-opacity=\"0.5\"/>")
    }
    return lines.joined(separator: "\n") + "\n</svg>\n"
  }

  private func x(_ column: Int) -> Int { SVGPicture.margin + column * SVGPicture.cell.columns }
  private func y(_ row: Int) -> Int { SVGPicture.margin + row * SVGPicture.cell.rows }

  // MARK: Grounds

  private func grounds(_ row: Int) -> [String] {
    var lines: [String] = []
    var column = 0
    while column < grid.size.columns {
      let ground = grid[column, row].style.shownGround
      var end = column + 1
      while end < grid.size.columns, grid[end, row].style.shownGround == ground { end += 1 }
      if let ground {
        lines.append(
          "<rect x=\"\(x(column))\" y=\"\(y(row))\" width=\"\((end - column) * SVGPicture.cell.columns)\" "
            + "height=\"\(SVGPicture.cell.rows)\" fill=\"\(ground.hex)\"/>")
      }
      column = end
    }
    return lines
  }

  // MARK: Text

  /// Cells next to each other that one <text> can hold.
  private struct Run {
    enum Kind {
      /// Letters of a width that every monospaced font has, stretched together to the width of their cells.
      case plain
      /// Glyphs that may come from another font: each has a place of its own.
      case placed
      /// One glyph by itself: two columns wide, or made of several scalars.
      case single
    }

    let kind: Kind
    let style: Style
    let column: Int
    var glyphs: [Character]
    var columns: Int
  }

  /// A run ends where two blanks meet: a reader of XML may make one of them.
  private func runs(_ row: Int) -> [Run] {
    var runs: [Run] = []
    for column in 0..<grid.size.columns {
      let cell = grid[column, row]
      guard cell.glyph != "\0" else { continue }
      let isWide = column + 1 < grid.size.columns && grid[column + 1, row].glyph == "\0"
      let kind: Run.Kind =
        isWide || cell.glyph.unicodeScalars.count > 1 ? .single : cell.glyph.isASCII ? .plain : .placed
      let last = runs.count - 1
      if kind != .single, last >= 0, runs[last].kind == kind, runs[last].style == cell.style,
        runs[last].column + runs[last].columns == column, !(cell.glyph == " " && runs[last].glyphs.last == " ")
      {
        runs[last].glyphs.append(cell.glyph)
        runs[last].columns += 1
      } else {
        runs.append(
          Run(kind: kind, style: cell.style, column: column, glyphs: [cell.glyph], columns: isWide ? 2 : 1))
      }
    }
    return runs.compactMap(trimmed)
  }

  /// Without blanks around it; nil if it is all blank and not underlined.
  private func trimmed(_ run: Run) -> Run? {
    guard !run.style.underline else { return run }
    let blanks = run.glyphs.prefix { $0 == " " }.count
    guard blanks < run.glyphs.count else { return nil }
    let ending = run.glyphs.reversed().prefix { $0 == " " }.count
    guard run.kind == .plain, blanks + ending > 0 else { return run }
    return Run(
      kind: run.kind, style: run.style, column: run.column + blanks,
      glyphs: Array(run.glyphs[blanks..<(run.glyphs.count - ending)]), columns: run.columns - blanks - ending)
  }

  private func text(of run: Run, _ row: Int) -> String {
    let width = run.columns * SVGPicture.cell.columns
    let place =
      switch run.kind {
      case .plain, .single: "x=\"\(x(run.column))\" textLength=\"\(width)\" lengthAdjust=\"spacingAndGlyphs\""
      case .placed: "x=\"\((0..<run.columns).map { String(x(run.column + $0)) }.joined(separator: " "))\""
      }
    return "<text \(place) y=\"\(y(row) + SVGPicture.baseline)\"\(attributes(run.style))>\(escaped(run.glyphs))</text>"
  }

  private func attributes(_ style: Style) -> String {
    let ink = style.reverse ? style.background ?? SVGPicture.ground : style.foreground ?? SVGPicture.ink
    return (ink == SVGPicture.ink ? "" : " fill=\"\(ink.hex)\"") + (style.bold ? " font-weight=\"bold\"" : "")
      + (style.dim ? " fill-opacity=\"0.6\"" : "") + (style.underline ? " text-decoration=\"underline\"" : "")
  }

  /// Characters that XML has no place for are left out of cells already; these mean something to it.
  private func escaped(_ glyphs: [Character]) -> String {
    glyphs.map { glyph in
      switch glyph {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      default: String(glyph)
      }
    }.joined()
  }
}

extension Style {
  /// What is behind the letters; nil is the picture's own ground.
  fileprivate var shownGround: Color? {
    reverse ? foreground ?? .rgb(214, 218, 224) : background
  }
}

extension Color {
  fileprivate var hex: String {
    switch self {
    case .rgb(let red, let green, let blue):
      "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
  }
}
