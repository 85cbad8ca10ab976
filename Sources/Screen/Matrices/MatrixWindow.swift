/// Where the parts of a matrix pane are.
struct MatrixPane: Equatable {
  /// The parameter's name and what is shown of it.
  let name: Rect
  let body: Rect
  /// The whole matrix in small, where it does not fit and there is room.
  let map: Rect?
  /// The norm.
  let summary: Rect

  private static let roomForMap = 10

  init(_ area: Rect, mapped: Bool) {
    let content = area.content
    func rows(_ first: Int, _ count: Int) -> Rect {
      Rect(column: content.column, row: content.row + first, columns: content.columns, rows: max(0, count))
    }
    name = rows(0, min(1, content.rows))
    let inner = max(0, content.rows - 2)
    let map = mapped && inner >= MatrixPane.roomForMap ? min(8, inner / 4) : 0
    // A blank line between.
    body = rows(1, inner - (map > 0 ? map + 1 : 0))
    self.map = map > 0 ? rows(1 + inner - map, map) : nil
    summary = rows(1 + inner, content.rows > 1 ? 1 : 0)
  }
}

/// The part of the matrices that both panes show: the same rows and columns.
struct MatrixWindow: Equatable {
  let rows: Range<Int>
  let columns: Range<Int>
  let hook: MatrixPane
  let effective: MatrixPane
  /// Columns of the screen that a column of the matrix takes.
  let cellWidth: Int
  /// How many cells stand side by side. A matrix of one row goes on in the next line, so that a bias fills its pane.
  let across: Int
  /// Whether it does so.
  let isWrapped: Bool
  let histogram: HistogramShape
  /// The cell under the cursor.
  let cell: Position?

  init?(_ state: ScreenState, _ layout: Layout) {
    guard let hookArea = layout.hook, let effectiveArea = layout.effective else { return nil }
    let extent = state.matrices.value.extent
    func panes(mapped: Bool) -> (MatrixPane, MatrixPane) {
      (MatrixPane(hookArea, mapped: mapped), MatrixPane(effectiveArea, mapped: mapped))
    }
    var (left, right) = panes(mapped: false)
    // The narrower one decides, so that both show the same.
    let room = min(left.body.columns, right.body.columns)
    histogram = HistogramShape(columns: room, rows: left.body.rows)
    cellWidth = state.view == .numbers ? MatrixWindow.numberWidth(extent.columns, room) : 2
    let across = max(1, room / cellWidth)
    let isWrapped = extent.rows == 1
    func most(_ pane: MatrixPane) -> Int { isWrapped ? across * max(1, pane.body.rows) : across }
    if state.view != .histogram, extent.columns > most(left) || extent.rows > left.body.rows {
      (left, right) = panes(mapped: true)
    }
    (hook, effective) = (left, right)
    // In whole lines where there are some.
    func part(_ from: Int, _ cursor: Int?, _ all: Int, _ room: Int, line: Int = 1) -> Range<Int> {
      func up(_ place: Int) -> Int { (place + line - 1) / line * line }
      var first = from / line * line
      // The cursor draws the view along.
      if let cursor { first = max(min(first, cursor / line * line), up(max(0, cursor - room + 1))) }
      first = max(0, min(first, up(max(0, all - room))))
      return first..<max(first, min(all, first + room))
    }
    (self.across, self.isWrapped) = (across, isWrapped)
    cell = state.matrices.value.nearest(to: state.cell)
    rows = part(state.scroll.row, cell?.row, extent.rows, max(0, left.body.rows))
    columns = part(
      state.scroll.column, cell?.column, extent.columns, most(left), line: isWrapped ? across : 1)
  }

  /// A blank and a number of at least three digits; what is left of the room is for more of them.
  private static func numberWidth(_ columns: Int, _ room: Int) -> Int {
    let (least, most) = (10, 14)
    let across = max(1, min(columns, room / least))
    return max(least, min(most, room / across))
  }

  /// Where a cell is in the body of its pane; `line` and `place` count the visible rows and columns.
  func position(line: Int, place: Int, in body: Rect) -> Position {
    Position(column: body.column + place % across * cellWidth, row: body.row + line + place / across)
  }

  /// Whether there is more than can be seen.
  func isPart(of matrix: ShownMatrix) -> Bool {
    rows.count < matrix.rows || columns.count < matrix.columns
  }
}
