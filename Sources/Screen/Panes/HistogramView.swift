import Debugger

/// How a histogram fits into a pane. A high one has a row for each bin, with its value and count. A low one would have
/// hardly any bins so, and has a column for each of them.
struct HistogramShape: Equatable {
  /// An odd number, so that one of them is around 0.
  let bins: Int
  let isUpright: Bool

  private static let enoughRows = 13
  private static let most = 61
  /// Left of upright bars: the largest count.
  static let countWidth = 5

  init(columns: Int, rows: Int) {
    isUpright = (2..<HistogramShape.enoughRows).contains(rows)
    let room = max(1, min(isUpright ? columns - HistogramShape.countWidth : rows, HistogramShape.most))
    bins = room % 2 == 1 ? room : room - 1
  }
}

/// A matrix's values, spread over bins that both panes share.
func drawHistogram(
  _ drawing: MatrixDrawing, _ shape: HistogramShape, _ area: Rect, _ state: ScreenState, on canvas: inout Canvas
) {
  guard area.rows > 0 else { return }
  let histogram = drawing.matrix.histogram(bins: shape.bins, scale: drawing.scale)
  if shape.isUpright {
    drawUpright(histogram, drawing.largestCount, area, state, on: &canvas)
  } else {
    drawRows(histogram, drawing.largestCount, area, state, on: &canvas)
  }
  if histogram.nonFinite > 0 {
    canvas.putRight(
      " \(histogram.nonFinite) not finite", area.column + area.columns, area.row, width: area.columns, Palette.error)
  }
}

/// One row a bin, the most negative at the top.
private func drawRows(
  _ histogram: Histogram, _ largestCount: Int, _ area: Rect, _ state: ScreenState, on canvas: inout Canvas
) {
  let (labelWidth, countWidth) = (9, max(3, String(largestCount).count))
  let barRoom = max(0, area.columns - labelWidth - countWidth - 2)
  for (bin, count) in histogram.counts.enumerated() {
    let row = area.row + bin
    let position = histogram.position(bin)
    let middle = 2 * bin + 1 == histogram.counts.count ? "0 " : formatted(position * histogram.scale, "%+.1e")
    canvas.putRight(middle, area.column + labelWidth, row, width: labelWidth, Palette.quiet)
    // A bin that is not empty has a bar.
    let length = count == 0 ? 0 : max(1, count * barRoom / max(1, largestCount))
    let bar = String(repeating: state.glyphs.bars.last ?? "#", count: length)
    let end = canvas.put(
      bar, area.column + labelWidth + 1, row, width: barRoom, Style(foreground: Palette.readable(position)))
    if count > 0 {
      canvas.put(" \(count)", end, row, width: countWidth + 1, Palette.quiet)
    }
  }
}

/// One column a bin, the most negative on the left, with the ends of the scale below.
private func drawUpright(
  _ histogram: Histogram, _ largestCount: Int, _ area: Rect, _ state: ScreenState, on canvas: inout Canvas
) {
  let counts = histogram.counts
  let plot = Rect(
    column: area.column + HistogramShape.countWidth, row: area.row, columns: counts.count, rows: area.rows - 1)
  let labels = HistogramShape.countWidth - 1
  canvas.putRight(shortCount(largestCount), area.column + labels, area.row, width: labels, Palette.quiet)
  let bars = counts.enumerated().map { bin, count in
    (
      value: count == 0 ? nil : Double(count),
      style: Style(foreground: Palette.readable(histogram.position(bin)))
    )
  }
  BarPlot(low: 0, high: Double(max(1, largestCount))).draw(bars, plot, state.glyphs, on: &canvas)
  let row = area.row + area.rows - 1
  let (low, high) = (formatted(-histogram.scale, "%+.1e"), formatted(histogram.scale, "%+.1e"))
  let middle = plot.column + counts.count / 2
  canvas.put("0", middle, row, width: 1, Palette.quiet)
  guard low.columns + 1 <= counts.count / 2 else { return }
  canvas.put(low, plot.column, row, width: low.columns, Palette.quiet)
  canvas.putRight(high, plot.column + counts.count, row, width: high.columns, Palette.quiet)
}

/// A count in at most four columns.
func shortCount(_ count: Int) -> String {
  switch count {
  case ..<10_000: "\(count)"
  case ..<1_000_000: "\(count / 1000)k"
  case ..<1_000_000_000: "\(count / 1_000_000)M"
  default: "\(count / 1_000_000_000)G"
  }
}
