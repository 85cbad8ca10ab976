import Debugger
import Training

/// Below both matrices: the cell under the cursor with both values, and what the colours mean.
func drawCellLine(_ state: ScreenState, _ area: Rect, on canvas: inout Canvas) {
  let border = area.column > 0 ? 1 : 0
  if border > 0 { canvas.put(String(state.glyphs.vertical), area.column, area.row, width: 1, Palette.quiet) }
  let pair = state.matrices.value
  guard pair.hook != nil || pair.effective != nil else { return }
  let room = area.columns - border - 1
  // The legend can shrink, a number cannot.
  let text = cellText(state, pair).first { $0.columns + 12 <= room } ?? ""
  canvas.put(text, area.column + border, area.row, width: room, Palette.heading)
  let left = text.isEmpty ? room : room - text.columns - 2
  let end = area.column + area.columns - 1
  drawLegend(state, pair.scale, end: end, width: left, area.row, on: &canvas)
}

/// `[3, 4]  h -1.78e-02  e -2.03e-03  e/h 0.114401`, the longest form first.
private func cellText(_ state: ScreenState, _ pair: MatrixPair) -> [String] {
  guard state.view != .histogram, let cell = pair.nearest(to: state.cell) else { return [] }
  let isVector = (pair.hook ?? pair.effective)?.tensor.shape.rank == 1
  let index = isVector ? "[\(cell.column)]" : "[\(cell.row), \(cell.column)]"
  let (h, e) = (pair.hook?.value(at: cell), pair.effective?.value(at: cell))
  func number(_ value: Double?, _ format: String) -> String { value.map { formatted($0, format) } ?? "-" }
  let short = "h \(number(h, "%+.2e"))  e \(number(e, "%+.2e"))"
  let long = "h \(number(h, "%+.6e"))  e \(number(e, "%+.6e"))"
  var forms = [index, index + "  " + short]
  if let h, let e, h != 0 {
    let ratio = "  e/h " + factor(e / h)
    forms += [index + "  " + short + ratio, index + "  " + long + ratio]
  }
  if state.showsDifference, let value = pair.difference.value?.value(at: cell) {
    let difference = "  e - c h " + formatted(value, "%+.2e")
    forms += [index + "  " + short + difference, (forms.last ?? "") + difference]
  }
  return forms.reversed()
}

/// The colour scale with its ends and its middle; without colours the glyphs that stand for them.
private func drawLegend(
  _ state: ScreenState, _ scale: Double, end: Int, width: Int, _ row: Int, on canvas: inout Canvas
) {
  let label = formatted(scale, "%.2e")
  let ends = 2 * (label.columns + 2) + 3
  // Every step of the bar is two columns wide, as the heat map's cells are.
  let steps = min(9, (width - ends) / 4)
  guard steps >= 1 else {
    let short = state.glyphs.plusMinus + label
    canvas.putRight([short, ""].fitting(width), end, row, width: max(0, width), Palette.quiet)
    return
  }
  var column = canvas.put("-\(label) ", end - ends - 4 * steps, row, width: width, Palette.quiet)
  for step in -steps...steps {
    let position = Double(step) / Double(steps)
    // With shades of colour the bar says all; without, it needs the glyphs.
    let text = step == 0 ? " 0 " : state.colors == .shades ? "  " : heatText(position, state.colors)
    column = canvas.put(text, column, row, width: width, Palette.heat(position, state.colors))
  }
  canvas.put(" +\(label)", column, row, width: width, Palette.quiet)
}
