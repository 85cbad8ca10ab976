import Debugger
import Training

/// One line on the shown parameter: c, cosine, residual and what they mean; or what is going on.
func drawVerdict(_ state: ScreenState, _ area: Rect, on canvas: inout Canvas) {
  canvas.fill(area, Palette.quiet, glyph: state.glyphs.horizontal)
  let room = area.columns - 2 - drawActivity(state, area, on: &canvas)
  guard let record = state.shownRecord else {
    let hint = state.session.graph == nil ? "write: model linear 16 16" : "step takes a step, event goes inside, help"
    canvas.put(" \(hint) ", area.column + 1, area.row, width: room, Palette.quiet)
    return
  }
  let comparison = record.comparison
  let isNotable = comparison.verdict == .scaled || comparison.verdict == .different
  let verdict = record.isPending ? "not written yet" : comparison.verdict.rawValue
  let sentence = record.isPending ? comparison.reason ?? verdict : "\(verdict): \(comparison.sentence)"
  // As much as there is room for: the sentence goes first, then the residual, the cosine, and the stages.
  let c = "c \(factor(comparison.c))  "
  let cosine = c + "cosine \(factor(comparison.cosine))  "
  let residual = cosine + "residual \(tiny(comparison.residual))  "
  let path = ledgerPath(state)
  let explained = path.isEmpty ? [] : [(path + residual, verdict), (path + cosine, verdict), (path + c, verdict)]
  let cause = state.explanation.map { [(path + residual, "\(verdict): \($0.cause)")] } ?? []
  let forms =
    cause + [(path + residual, sentence)] + explained + [
      (residual, sentence), (residual, verdict), (cosine, verdict), (c, verdict),
    ]
  guard let (numbers, text) = forms.first(where: { (" " + $0.0 + $0.1).columns < room }) else { return }
  let style = isNotable ? Palette.notable : Palette.heading
  let end = canvas.put(" " + numbers, area.column + 1, area.row, width: room, style)
  let left = max(0, area.column + 1 + room - end)
  canvas.put(text + " ", end, area.row, width: left, isNotable ? Palette.notable : Palette.good)
}

/// The stages that changed the gradient, with their factors: `hook → accumulate x4 → clip_norm x0.5  `.
private func ledgerPath(_ state: ScreenState) -> String {
  guard let explanation = state.explanation, !explanation.actingStages.isEmpty else { return "" }
  let stages = explanation.actingStages.map { stage in
    stage.stage.rawValue + (stage.factor.map { " x" + formatted($0, "%.4g") } ?? "")
  }
  return (["ledger hook"] + stages).joined(separator: state.glyphs.arrow) + "  "
}

/// Progress, or a script that waits: at the right end of a line. Returns the columns it took.
@discardableResult
func drawActivity(_ state: ScreenState, _ area: Rect, on canvas: inout Canvas) -> Int {
  guard !state.activity.isEmpty else { return 0 }
  let text = " \(state.activity) ".clipped(to: area.columns)
  canvas.putRight(text, area.column + area.columns, area.row, width: area.columns, Palette.selected)
  return text.columns
}
