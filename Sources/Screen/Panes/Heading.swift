/// A pane's top line: its title in a rule, with the border to the pane on its left.
func drawHeading(
  _ title: String, _ area: Rect, _ glyphs: GlyphSet, isFocused: Bool = false, isBelowAnother: Bool = false,
  on canvas: inout Canvas
) {
  guard area.rows > 0 else { return }
  let hasBorder = area.column > 0
  canvas.fill(
    Rect(column: area.column, row: area.row, columns: area.columns, rows: 1), Palette.quiet, glyph: glyphs.horizontal)
  if hasBorder {
    canvas.put(String(isBelowAnother ? glyphs.branch : glyphs.tee), area.column, area.row, width: 1, Palette.quiet)
    drawBorder(area, glyphs, on: &canvas)
  }
  drawTag(
    title, area.column + (hasBorder ? 1 : 0), area.row, width: area.columns - 1, glyphs, isFocused: isFocused,
    on: &canvas)
}

/// A title in a rule; where the keys go it is reversed and has a mark. Returns the column after it.
@discardableResult
func drawTag(
  _ title: String, _ column: Int, _ row: Int, width: Int, _ glyphs: GlyphSet, isFocused: Bool,
  on canvas: inout Canvas
) -> Int {
  let mark = isFocused ? String(glyphs.marker) : " "
  return canvas.put("\(mark)\(title) ", column, row, width: width, isFocused ? Palette.selected : Palette.heading)
}

/// The line to the pane on the left, below the heading.
func drawBorder(_ area: Rect, _ glyphs: GlyphSet, on canvas: inout Canvas) {
  for row in (area.row + 1)..<max(area.row + 1, area.row + area.rows) {
    canvas.put(String(glyphs.vertical), area.column, row, width: 1, Palette.quiet)
  }
}

extension Rect {
  /// The cells below a pane's heading and right of its border.
  var content: Rect {
    let border = column > 0 ? 1 : 0
    return Rect(column: column + border, row: row + 1, columns: max(0, columns - border), rows: max(0, rows - 1))
  }

  func contains(_ position: Position) -> Bool {
    (column..<column + columns).contains(position.column) && (row..<row + rows).contains(position.row)
  }

  /// One of its rows, counted from 0.
  func line(_ index: Int) -> Rect { Rect(column: column, row: row + index, columns: columns, rows: 1) }
}
