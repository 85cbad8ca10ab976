import Debugger

/// How many rows of bins a pane of some height has: an odd number, so that one of them is around 0.
func histogramBins(_ rows: Int) -> Int {
  let most = max(1, min(rows, 41))
  return most % 2 == 1 ? most : most - 1
}

/// A matrix's values, spread over bins that both panes share: one row a bin, the most negative at the top.
func drawHistogram(_ drawing: MatrixDrawing, _ area: Rect, _ state: ScreenState, on canvas: inout Canvas) {
  guard area.rows > 0 else { return }
  let histogram = drawing.matrix.histogram(bins: histogramBins(area.rows), scale: drawing.scale)
  let (labelWidth, countWidth) = (9, max(3, String(drawing.largestCount).count))
  let barRoom = max(0, area.columns - labelWidth - countWidth - 2)
  for (bin, count) in histogram.counts.enumerated() {
    let row = area.row + bin
    let position = histogram.position(bin)
    let middle = 2 * bin + 1 == histogram.counts.count ? "0 " : formatted(position * drawing.scale, "%+.1e")
    canvas.putRight(middle, area.column + labelWidth, row, width: labelWidth, Palette.quiet)
    // A bin that is not empty has a bar.
    let length = count == 0 ? 0 : max(1, count * barRoom / max(1, drawing.largestCount))
    let bar = String(repeating: state.glyphs.bars.last ?? "#", count: length)
    let end = canvas.put(
      bar, area.column + labelWidth + 1, row, width: barRoom, Style(foreground: Palette.readable(position)))
    if count > 0 {
      canvas.put(" \(count)", end, row, width: countWidth + 1, Palette.quiet)
    }
  }
  if histogram.nonFinite > 0 {
    canvas.putRight(
      " \(histogram.nonFinite) not finite", area.column + area.columns, area.row, width: area.columns, Palette.error)
  }
}
