/// Where everything goes. Narrow screens fold the parameter list above the panes; tiny ones keep the
/// transcript and the prompt.
struct Layout: Equatable {
  var title: Rect?
  var parameters: Rect?
  var hook: Rect?
  var effective: Rect?
  /// Below both matrices: the cell under the cursor and the colours' legend.
  var cellLine: Rect?
  var learningRate: Rect?
  var losses: Rect?
  var ledger: Rect?
  var timeline: Rect?
  var transcript: Rect
  var prompt: Rect

  /// Everything between the title and the prompt, for what is shown until the next key.
  var overlay: Rect {
    let top = title.map { $0.row + $0.rows } ?? 0
    return Rect(column: 0, row: top, columns: prompt.columns, rows: max(0, prompt.row - top))
  }

  static let smallest = Size(columns: 60, rows: 14)
  private static let unfolded = 100
  /// From here on there is room for what is nice to have.
  private static let roomy = Size(columns: 120, rows: 40)

  init(_ size: Size, parameterCount: Int) {
    let (columns, rows) = (size.columns, size.rows)
    prompt = Rect(column: 0, row: rows - 1, columns: columns, rows: 1)
    title = rows > 2 ? Rect(column: 0, row: 0, columns: columns, rows: 1) : nil
    let top = title == nil ? 0 : 1
    guard columns >= Layout.smallest.columns, rows >= Layout.smallest.rows else {
      transcript = Rect(column: 0, row: top, columns: columns, rows: max(0, rows - 1 - top))
      return
    }
    let isRoomy = columns >= Layout.roomy.columns && rows >= Layout.roomy.rows
    let ledgerRows = rows >= 40 ? 3 : rows >= 30 ? 2 : 1
    let timelineRows = rows >= 30 ? 2 : rows >= 20 ? 1 : 0
    let body = rows - 2 - ledgerRows - timelineRows
    var paneTop = top
    // Half of the height for the panes, more where there is plenty.
    var paneRows = max(7, rows >= 40 ? body * 3 / 5 : (body + 1) / 2)
    var left = 0
    if columns >= Layout.unfolded {
      left = max(31, min(44, columns / 5))
      parameters = Rect(column: 0, row: top, columns: left, rows: paneRows)
    } else {
      // On the usual 24 rows, nine are left for what is said: lessons are written for them.
      let isLow = rows < 28
      let strip = max(2, min(parameterCount + 1, isLow ? 3 : 4, body / 4))
      parameters = Rect(column: 0, row: top, columns: columns, rows: strip)
      paneTop += strip
      paneRows = max(6, paneRows - strip + (isLow ? 1 : 3))
    }
    let rates = max(18, min(44, columns / 5))
    let matrices = columns - left - rates
    let cellRows = paneRows >= 8 ? 1 : 0
    let matrixRows = paneRows - cellRows
    hook = Rect(column: left, row: paneTop, columns: matrices / 2, rows: matrixRows)
    effective = Rect(column: left + matrices / 2, row: paneTop, columns: matrices - matrices / 2, rows: matrixRows)
    if cellRows > 0 { cellLine = Rect(column: left, row: paneTop + matrixRows, columns: matrices, rows: 1) }
    let lossRows = isRoomy ? paneRows / 3 : 0
    learningRate = Rect(column: left + matrices, row: paneTop, columns: rates, rows: paneRows - lossRows)
    if lossRows > 0 {
      losses = Rect(column: left + matrices, row: paneTop + paneRows - lossRows, columns: rates, rows: lossRows)
    }
    var below = paneTop + paneRows
    func strip(_ count: Int) -> Rect {
      defer { below += count }
      return Rect(column: 0, row: below, columns: columns, rows: count)
    }
    ledger = strip(ledgerRows)
    if timelineRows > 0 { timeline = strip(timelineRows) }
    transcript = Rect(column: 0, row: below, columns: columns, rows: max(0, rows - 1 - below))
  }
}

extension Layout {
  init(_ size: Size, _ state: ScreenState) {
    self.init(size, parameterCount: state.session.graph?.parameters.count ?? 0)
  }
}
