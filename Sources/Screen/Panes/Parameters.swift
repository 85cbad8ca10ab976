import Debugger
import Training

/// The list of parameters, each with its c and verdict.
func drawParameters(_ state: ScreenState, _ area: Rect, on canvas: inout Canvas) {
  let rows = area.content
  let count = state.session.graph?.parameters.count ?? 0
  let shown = state.shownParameter ?? 0
  // The selected one stays in view.
  let first = max(0, min(shown - rows.rows / 2, count - rows.rows))
  let part = count > rows.rows && rows.rows > 0 ? " \(first + 1)-\(first + rows.rows) of \(count)" : ""
  drawHeading("parameters" + part, area, state.glyphs, on: &canvas)
  guard let graph = state.session.graph else { return }
  let record = state.observedHere
  for (line, index) in (first..<min(graph.parameters.count, first + rows.rows)).enumerated() {
    let parameter = graph.parameters[index]
    let row = rows.row + line
    let isShown = index == shown
    let value = label(parameter.requiresGrad, record?.record(of: index))
    let style = !parameter.requiresGrad ? Palette.quiet : isShown ? Palette.heading : Style()
    let mark = isShown ? String(state.glyphs.marker) : " "
    // Names differ in their ends: with a long one it is the beginning that goes.
    let room = rows.columns - 1 - (value.text.isEmpty ? 0 : value.text.columns + 2)
    let name = NameTable.short(parameter.name).ending(in: room, state.glyphs)
    canvas.put(mark + name, rows.column, row, width: rows.columns, style)
    canvas.putRight(" " + value.text, rows.column + rows.columns - 1, row, width: rows.columns, value.style)
  }
}

private func label(_ trains: Bool, _ record: ParameterRecord?) -> (text: String, style: Style) {
  guard trains else { return ("frozen", Palette.quiet) }
  guard let record, !record.isPending else { return ("", Style()) }
  let comparison = record.comparison
  switch comparison.verdict {
  case .match: return ("c " + shortNumber(comparison.c ?? 1), Palette.good)
  case .scaled, .different:
    return ((comparison.c.map { "c " + shortNumber($0) } ?? comparison.verdict.rawValue) + "!", Palette.notable)
  case .noUpdate, .undefined, .belowResolution, .notSeen: return (comparison.verdict.rawValue, Style())
  }
}
