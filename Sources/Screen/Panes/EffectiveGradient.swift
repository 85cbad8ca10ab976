import Debugger
import Training

/// (before - after)/lr of the shown parameter, or what is left of it when c x the hook gradient is taken away.
func drawEffectiveGradient(_ state: ScreenState, _ window: MatrixWindow, _ area: Rect, on canvas: inout Canvas) {
  let pair = state.matrices.value
  let isDifference = state.showsDifference && state.shownRecord?.isPending == false
  let factor = magnified(isDifference ? pair.magnification : 1, state.glyphs)
  // The border, a mark and a blank go with it.
  let title =
    isDifference
    ? ["difference e - c h" + factor, "e - c h" + factor].fitting(area.columns - 3) : "effective gradient"
  drawHeading(title, area, state.glyphs, isFocused: state.focus == .matrices, on: &canvas)
  let pane = window.effective
  guard pane.body.rows > 0, let index = state.shownParameter else { return }
  let name = state.catalog.shortNames[index].abbreviated(in: pane.name.columns, state.glyphs)
  let c = shortNumber(state.shownComparison?.c)
  let forms = [name + (isDifference ? "  e - \(c) h" : "  (before-after)/lr"), name]
  canvas.put(
    forms.fitting(pane.name.columns), pane.name.column, pane.name.row, width: pane.name.columns, Palette.heading)
  guard let record = state.shownRecord else { return }
  let (matrix, scale) = pair.right(showingDifference: isDifference)
  guard let matrix else {
    let hint =
      record.isPending
      ? "not yet: before the optimizer"
      : record.lr == 0 ? "undefined: lr is 0" : "no c, so nothing to take away: - goes back"
    canvas.put(hint, pane.body.column, pane.body.row, width: pane.body.columns, Palette.quiet)
    return
  }
  let drawing = MatrixDrawing(matrix: matrix, scale: scale, largestCount: largestCount(pair, window, state))
  drawMatrix(drawing, window, pane, state, on: &canvas)
}

private func magnified(_ factor: Double, _ glyphs: GlyphSet) -> String {
  factor == 1
    ? "" : "  \(glyphs.times)" + formatted(factor, "%.0e").replacing("e+0", with: "e").replacing("e+", with: "e")
}

/// The largest count of the bins that both panes show.
func largestCount(_ pair: MatrixPair, _ window: MatrixWindow, _ state: ScreenState) -> Int {
  guard state.view == .histogram else { return 1 }
  let bins = window.histogram.bins
  let right = pair.right(showingDifference: state.showsDifference)
  let counts = [
    pair.hook?.histogram(bins: bins, scale: pair.scale).counts.max(),
    right.matrix?.histogram(bins: bins, scale: right.scale).counts.max(),
  ]
  return max(1, counts.compactMap { $0 }.max() ?? 1)
}
