/// A grid to paint on: everything is clipped to a rectangle, nothing can miss the grid.
struct Canvas {
  private(set) var grid: Grid

  init(_ size: Size) {
    grid = Grid(size: size)
  }

  /// Writes one line from a place to the right and returns the column after it.
  @discardableResult
  mutating func put(_ text: String, _ column: Int, _ row: Int, width: Int, _ style: Style = Style()) -> Int {
    var at = column
    let end = min(column + width, grid.size.columns)
    guard row >= 0, row < grid.size.rows, column >= 0 else { return at }
    for glyph in text {
      let columns = glyph.columns
      guard columns > 0 else { continue }
      guard at + columns <= end else { break }
      grid[at, row] = Cell(glyph: glyph.isPrintable ? glyph : " ", style: style)
      if columns == 2 { grid[at + 1, row] = Cell(glyph: "\0", style: style) }
      at += columns
    }
    return at
  }

  /// The same, ending at a column.
  mutating func putRight(_ text: String, _ end: Int, _ row: Int, width: Int, _ style: Style = Style()) {
    let shown = text.clipped(to: width)
    put(shown, max(0, end - shown.columns), row, width: width, style)
  }

  mutating func fill(_ area: Rect, _ style: Style, glyph: Character = " ") {
    for row in max(0, area.row)..<max(0, min(area.row + area.rows, grid.size.rows)) {
      for column in max(0, area.column)..<max(0, min(area.column + area.columns, grid.size.columns)) {
        grid[column, row] = Cell(glyph: glyph, style: style)
      }
    }
  }

  mutating func setCursor(_ position: Position) {
    let columns = max(0, min(position.column, grid.size.columns - 1))
    grid.cursor = Position(column: columns, row: max(0, min(position.row, grid.size.rows - 1)))
  }
}

/// Some cells of a screen.
struct Rect: Equatable {
  var column: Int
  var row: Int
  var columns: Int
  var rows: Int

  /// Without the outermost cells on every side.
  var inside: Rect { Rect(column: column + 1, row: row + 1, columns: max(0, columns - 2), rows: max(0, rows - 2)) }
}
