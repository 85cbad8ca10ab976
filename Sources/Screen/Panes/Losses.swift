import Debugger

/// The losses of the branch's steps as a curve, those ahead of the present moment dimmed.
func drawLosses(_ state: ScreenState, _ area: Rect, on canvas: inout Canvas) {
  drawHeading("loss", area, state.glyphs, isBelowAnother: true, on: &canvas)
  let content = area.content
  let branch = state.session.records
  let points = branch.losses.points
  let finite = points.map(\.loss).filter(\.isFinite)
  guard content.rows > 2, let low = finite.min(), let high = finite.max() else { return }
  let columns = max(1, content.columns - 1)
  // Few steps have wide bars, many share a column: the mean of those in it.
  let wide = max(1, min(4, columns / max(1, points.count)))
  let across = min(columns, points.count * wide)
  let values = (0..<across).map { column in
    let from = column * points.count / across
    let part = points[from..<max(from + 1, (column + 1) * points.count / across)]
    let known = part.map(\.loss).filter(\.isFinite)
    let isPast = branch.base + part[part.startIndex].step <= state.session.step
    let mean = known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    return (value: mean, style: isPast ? Palette.said : Palette.quiet)
  }
  let plot = Rect(
    column: content.column, row: content.row, columns: columns, rows: content.rows - 1)
  BarPlot(low: low - (high - low) / 16, high: high).draw(values, plot, state.glyphs, on: &canvas)
  let text = [
    "\(shortNumber(low)) to \(shortNumber(high)), \(branch.count) steps", "\(shortNumber(low)) to \(shortNumber(high))",
  ]
  canvas.put(
    text.fitting(content.columns), content.column, content.row + content.rows - 1, width: content.columns,
    Palette.quiet)
}
