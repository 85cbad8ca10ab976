import Debugger
import Training

/// One line on the shown parameter: c, cosine, residual and what they mean; or what is going on.
func drawVerdict(_ state: ScreenState, _ area: Rect, on canvas: inout Canvas) {
  canvas.fill(area, Palette.quiet, glyph: state.glyphs.horizontal)
  defer {
    if !state.activity.isEmpty {
      let text = " \(state.activity) "
      canvas.putRight(text, area.column + area.columns, area.row, width: area.columns, Palette.selected)
    }
  }
  guard let record = state.shownRecord else {
    let hint = state.session.graph == nil ? "write: model linear 16 16" : "step takes a step, event goes inside, help"
    canvas.put(" \(hint) ", area.column + 1, area.row, width: area.columns - 2, Palette.quiet)
    return
  }
  let comparison = record.comparison
  let isNotable = comparison.verdict == .scaled || comparison.verdict == .different
  let numbers =
    " c \(factor(comparison.c))  cosine \(factor(comparison.cosine))  residual \(tiny(comparison.residual))  "
  let end = canvas.put(
    numbers, area.column + 1, area.row, width: area.columns - 2, isNotable ? Palette.notable : Palette.heading)
  canvas.put(
    "\(comparison.verdict.rawValue): \(comparison.sentence) ", end, area.row, width: max(0, area.columns - 1 - end),
    isNotable ? Palette.notable : Palette.good)
}
