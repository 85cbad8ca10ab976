/// The keys in a box over the screen. What does not fit is scrolled to.
func drawHelp(_ help: HelpOverlay, _ glyphs: GlyphSet, on canvas: inout Canvas) {
  let size = canvas.grid.size
  let keyWidth = help.rows.map(\.keys.columns).max() ?? 0
  let textWidth = help.rows.map(\.text.columns).max() ?? 0
  // What would be left beside a box that is nearly as wide as the screen looks like a part of it.
  let wanted = keyWidth + textWidth + 7
  let width = wanted + 6 > size.columns ? size.columns : wanted
  let room = HelpOverlay.room(size)
  let count = min(help.rows.count, room)
  guard count > 0, width > 8 else { return }
  let box = Rect(
    column: (size.columns - width) / 2, row: max(0, (size.rows - count - 2) / 2), columns: width, rows: count + 2)
  canvas.fill(box, Style())
  drawFrame(box, glyphs, on: &canvas)
  let first = max(0, min(help.scroll, help.rows.count - count))
  let hidden = help.rows.count - count
  let title = hidden > 0 ? " keys \(first + 1)-\(first + count) of \(help.rows.count): arrows scroll " : " keys "
  canvas.put(title.clipped(to: width - 4), box.column + 2, box.row, width: width - 4, Palette.selected)
  let inside = box.inside
  let closing = " any key closes "
  canvas.put(
    closing, box.column + max(2, width - closing.count - 2), box.row + count + 1, width: width - 4, Palette.quiet)
  for (line, row) in help.rows[first..<first + count].enumerated() {
    let at = inside.row + line
    if row.keys.isEmpty {
      canvas.put(row.text, inside.column + 1, at, width: inside.columns - 1, Palette.heading)
    } else {
      canvas.put(row.keys, inside.column + 2, at, width: min(keyWidth, inside.columns - 2), Palette.said)
      let column = inside.column + keyWidth + 4
      canvas.put(row.text, column, at, width: max(0, inside.column + inside.columns - column))
    }
  }
}

extension HelpOverlay {
  /// Rows that a screen of some size has for it.
  static func room(_ size: Size) -> Int { max(1, size.rows - 2) }

  /// Moves on by some rows, as far as there is something hidden. Nil if all of it is visible anyway.
  public func scrolled(by rows: Int, in size: Size) -> HelpOverlay? {
    let last = self.rows.count - min(self.rows.count, HelpOverlay.room(size))
    guard last > 0 else { return nil }
    var moved = self
    moved.scroll = max(0, min(last, scroll + rows))
    return moved
  }
}

private func drawFrame(_ box: Rect, _ glyphs: GlyphSet, on canvas: inout Canvas) {
  let (right, bottom) = (box.column + box.columns - 1, box.row + box.rows - 1)
  let line = String(repeating: glyphs.horizontal, count: box.columns)
  for row in [box.row, bottom] { canvas.put(line, box.column, row, width: box.columns, Palette.quiet) }
  for row in box.row..<bottom + 1 {
    for column in [box.column, right] {
      canvas.put(String(glyphs.vertical), column, row, width: 1, Palette.quiet)
    }
  }
  let corners = [(box.column, box.row), (right, box.row), (box.column, bottom), (right, bottom)]
  for (place, (column, row)) in corners.enumerated() where glyphs.corners.indices.contains(place) {
    canvas.put(String(glyphs.corners[place]), column, row, width: 1, Palette.quiet)
  }
}
