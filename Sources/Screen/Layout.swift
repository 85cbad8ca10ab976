/// Where everything goes. Narrow screens fold the parameter list above the panes; tiny ones keep the
/// transcript and the prompt.
struct Layout: Equatable {
  var title: Rect?
  var parameters: Rect?
  var hook: Rect?
  var effective: Rect?
  var learningRate: Rect?
  var verdict: Rect?
  var transcript: Rect
  var prompt: Rect

  /// Everything between the title and the prompt, for what is shown until the next key.
  var overlay: Rect {
    let top = title.map { $0.row + $0.rows } ?? 0
    return Rect(column: 0, row: top, columns: prompt.columns, rows: max(0, prompt.row - top))
  }

  static let smallest = Size(columns: 60, rows: 14)
  private static let unfolded = 100

  init(_ size: Size, parameterCount: Int) {
    let (columns, rows) = (size.columns, size.rows)
    prompt = Rect(column: 0, row: rows - 1, columns: columns, rows: 1)
    title = rows > 2 ? Rect(column: 0, row: 0, columns: columns, rows: 1) : nil
    let top = title == nil ? 0 : 1
    guard columns >= Layout.smallest.columns, rows >= Layout.smallest.rows else {
      transcript = Rect(column: 0, row: top, columns: columns, rows: max(0, rows - 1 - top))
      return
    }
    // Half of the height for the panes, more where there is plenty.
    let body = rows - 3
    var paneTop = top
    var paneRows = max(7, rows >= 40 ? body * 3 / 5 : body / 2)
    var left = 0
    if columns >= Layout.unfolded {
      left = max(28, min(34, columns / 5))
      parameters = Rect(column: 0, row: top, columns: left, rows: paneRows)
    } else {
      let strip = max(2, min(parameterCount + 1, 4, body / 4))
      parameters = Rect(column: 0, row: top, columns: columns, rows: strip)
      paneTop += strip
      paneRows = max(6, paneRows - strip + 2)
    }
    let rates = max(18, min(32, columns / 5))
    let matrices = columns - left - rates
    hook = Rect(column: left, row: paneTop, columns: matrices / 2, rows: paneRows)
    effective = Rect(column: left + matrices / 2, row: paneTop, columns: matrices - matrices / 2, rows: paneRows)
    learningRate = Rect(column: left + matrices, row: paneTop, columns: rates, rows: paneRows)
    let below = paneTop + paneRows
    verdict = Rect(column: 0, row: below, columns: columns, rows: 1)
    transcript = Rect(column: 0, row: below + 1, columns: columns, rows: max(0, rows - 2 - below))
  }
}
