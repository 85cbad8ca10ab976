/// A pane's top line: its title in a rule, with the border to the pane on its left.
func drawHeading(_ title: String, _ area: Rect, _ glyphs: GlyphSet, on canvas: inout Canvas) {
  guard area.rows > 0 else { return }
  let hasBorder = area.column > 0
  canvas.fill(
    Rect(column: area.column, row: area.row, columns: area.columns, rows: 1), Palette.quiet, glyph: glyphs.horizontal)
  if hasBorder {
    canvas.put(String(glyphs.tee), area.column, area.row, width: 1, Palette.quiet)
    for row in (area.row + 1)..<max(area.row + 1, area.row + area.rows) {
      canvas.put(String(glyphs.vertical), area.column, row, width: 1, Palette.quiet)
    }
  }
  canvas.put(" \(title) ", area.column + (hasBorder ? 1 : 0), area.row, width: area.columns - 1, Palette.heading)
}

extension Rect {
  /// The cells below a pane's heading and right of its border.
  var content: Rect {
    let border = column > 0 ? 1 : 0
    return Rect(column: column + border, row: row + 1, columns: max(0, columns - border), rows: max(0, rows - 1))
  }
}
