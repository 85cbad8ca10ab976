import Debugger

/// Candidates of a completion in the lines above the prompt: one in a line with what it is, if there is room for all; in
/// columns otherwise.
func drawCandidates(_ state: ScreenState, _ area: Rect, on canvas: inout Canvas) {
  guard let widest = state.candidates.map(\.text.columns).max() else { return }
  let isDescribed = state.candidates.contains { !$0.help.isEmpty }
  let room = area.columns - widest - 2
  if isDescribed, state.candidates.count <= area.rows, room >= 12 {
    drawDescribed(state, area, width: widest + 2, on: &canvas)
  } else {
    drawNames(state, area, width: min(widest + 2, area.columns), on: &canvas)
  }
}

private func drawDescribed(_ state: ScreenState, _ area: Rect, width: Int, on canvas: inout Canvas) {
  let lines = bottom(area, state.candidates.count, on: &canvas)
  for (index, candidate) in state.candidates.enumerated() {
    canvas.put(candidate.text, area.column, lines.row + index, width: width, Style(reverse: true))
    canvas.put(
      candidate.help.beginning(in: area.columns - width, state.glyphs), area.column + width, lines.row + index,
      width: area.columns - width, Style(dim: true, reverse: true))
  }
}

private func drawNames(_ state: ScreenState, _ area: Rect, width: Int, on canvas: inout Canvas) {
  let across = max(1, area.columns / max(1, width))
  let needed = (state.candidates.count + across - 1) / across
  let lines = bottom(area, needed, on: &canvas)
  for (index, candidate) in state.candidates.prefix(lines.rows * across).enumerated() {
    let isLast = index == lines.rows * across - 1 && state.candidates.count > lines.rows * across
    let text = isLast ? "\(state.candidates.count - index) more" : candidate.text
    canvas.put(
      text, area.column + index % across * width, lines.row + index / across, width: width, Style(reverse: true))
  }
}

/// The last lines of an area, cleared for a list.
private func bottom(_ area: Rect, _ rows: Int, on canvas: inout Canvas) -> Rect {
  let rows = min(rows, area.rows)
  let lines = Rect(column: area.column, row: area.row + area.rows - rows, columns: area.columns, rows: rows)
  canvas.fill(lines, Style(reverse: true))
  return lines
}
