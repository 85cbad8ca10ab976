/// The keys in a box over the screen. What does not fit is scrolled to.
func drawHelp(_ help: HelpOverlay, _ glyphs: GlyphSet, on canvas: inout Canvas) {
  let size = canvas.grid.size
  let lines = help.lines(in: size)
  let width = help.width(in: size)
  let room = HelpOverlay.room(size)
  let count = min(lines.count, room)
  guard count > 0, width > 8 else { return }
  let box = Rect(
    column: (size.columns - width) / 2, row: max(0, (size.rows - count - 2) / 2), columns: width, rows: count + 2)
  canvas.fill(box, Style())
  drawFrame(box, glyphs, on: &canvas)
  let first = max(0, min(help.scroll, lines.count - count))
  let hidden = lines.count - count
  let place = "keys \(first + 1)-\(first + count) of \(lines.count)"
  let title = hidden > 0 ? [" \(place): arrows scroll ", " \(place) ", " keys "].fitting(width - 4) : " keys "
  canvas.put(title, box.column + 2, box.row, width: width - 4, Palette.selected)
  let inside = box.inside
  let closing = " any key closes "
  canvas.put(
    closing, box.column + max(2, width - closing.count - 2), box.row + count + 1, width: width - 4, Palette.quiet)
  for (offset, line) in lines[first..<first + count].enumerated() {
    let at = inside.row + offset
    if line.isHeading {
      canvas.put(line.text, inside.column + 1, at, width: inside.columns - 1, Palette.heading)
    } else {
      canvas.put(line.keys, inside.column + 2, at, width: inside.columns - 2, Palette.said)
      canvas.put(line.text, inside.column + line.indent, at, width: max(0, inside.columns - line.indent))
    }
  }
}

extension HelpOverlay {
  /// A line of the box: a row of the table, or a part of one that is too long for it.
  struct Line: Equatable {
    var keys = ""
    var text = ""
    var isHeading = false
    /// Where the text begins.
    var indent = 0
  }

  private var keyWidth: Int { rows.map(\.keys.columns).max() ?? 0 }

  /// Columns of the box. What would be left beside one that is nearly as wide as the screen looks like a part of it.
  func width(in size: Size) -> Int {
    let wanted = keyWidth + (rows.map(\.text.columns).max() ?? 0) + 7
    return wanted + 6 > size.columns ? size.columns : wanted
  }

  /// The table as it fits: on a narrow screen long keys have a line of their own, and texts go on in the next one.
  func lines(in size: Size) -> [Line] {
    let inside = max(1, width(in: size) - 2)
    let isWide = keyWidth + (rows.map(\.text.columns).max() ?? 0) + 5 <= inside
    let indent = isWide ? keyWidth + 4 : min(keyWidth + 4, max(4, inside / 3))
    return rows.flatMap { row in
      if row.keys.isEmpty { return [Line(text: row.text, isHeading: true)] }
      let texts = row.text.wrapped(to: max(1, inside - indent))
      let fits = row.keys.columns + 4 <= indent
      var lines = texts.map { Line(text: $0, indent: indent) }
      if fits { lines[0].keys = row.keys } else { lines.insert(Line(keys: row.keys), at: 0) }
      return lines
    }
  }

  /// Rows that a screen of some size has for it.
  static func room(_ size: Size) -> Int { max(1, size.rows - 2) }

  /// Moves on by some rows, as far as there is something hidden. Nil if all of it is visible anyway.
  public func scrolled(by rows: Int, in size: Size) -> HelpOverlay? {
    let count = lines(in: size).count
    let last = count - min(count, HelpOverlay.room(size))
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
