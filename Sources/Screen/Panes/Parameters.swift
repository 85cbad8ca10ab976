import Debugger
import Training

/// The part of the parameter list that is visible.
struct ParameterWindow {
  let rows: ArraySlice<ParameterRows.Row>
  let count: Int
  /// Where its first row is on the screen.
  let area: Rect

  /// A list of fewer rows shows whole names: modules would take the place of what is in them.
  private static let roomForTree = 8

  init(_ state: ScreenState, _ area: Rect) {
    self.area = area.content
    let room = max(0, self.area.rows)
    let list = (room < ParameterWindow.roomForTree ? state.flat : state.tree).value
    count = list.parameters.count
    // The selected one stays in view, in the middle.
    let shown = state.shownParameter
    let place = list.rows.firstIndex { $0.parameter != nil && $0.parameter == shown } ?? 0
    let first = max(0, min(place - room / 2, list.rows.count - room))
    rows = list.rows[first..<min(list.rows.count, first + room)]
  }
}

/// The list of parameters, each with its c and verdict.
func drawParameters(_ state: ScreenState, _ area: Rect, on canvas: inout Canvas) {
  let window = ParameterWindow(state, area)
  let title = heading(state, window, room: area.columns - 3)
  drawHeading(title, area, state.glyphs, isFocused: state.focus == .parameters, on: &canvas)
  if state.listing.isTyping {
    canvas.setCursor(Position(column: area.column + 1 + "/\(state.listing.filter)".columns, row: area.row))
  }
  guard let graph = state.session.graph else { return }
  let rows = window.area
  if window.rows.isEmpty, !state.listing.filter.isEmpty {
    canvas.put(" no name has this in it", rows.column, rows.row, width: rows.columns, Palette.quiet)
  }
  let records = state.records.value
  let shown = state.shownParameter
  for (line, entry) in window.rows.enumerated() {
    let row = rows.row + line
    let indent = String(repeating: " ", count: min(entry.depth, rows.columns / 4))
    // Where modules have scrolled off, the first row says which one it is in.
    let isOrphan = line == 0 && entry.depth > 0
    let text = isOrphan ? entry.path + "." + entry.text : entry.text
    guard let index = entry.parameter else {
      let name = text.abbreviated(in: rows.columns - 1, state.glyphs)
      canvas.put(" " + (isOrphan ? "" : indent) + name, rows.column, row, width: rows.columns, Palette.quiet)
      continue
    }
    let parameter = graph.parameters[index]
    let isShown = index == shown
    let value = label(parameter.requiresGrad, records[index])
    let style = !parameter.requiresGrad ? Palette.quiet : isShown ? Palette.heading : Style()
    let mark = isShown ? String(state.glyphs.marker) : " "
    // Names differ in their ends: with a long one it is the beginning that goes.
    let room = rows.columns - 1 - indent.count - (value.text.isEmpty ? 0 : value.text.columns + 2)
    let name = (isOrphan ? "" : indent) + text.abbreviated(in: room + (isOrphan ? indent.count : 0), state.glyphs)
    canvas.put(mark + name, rows.column, row, width: rows.columns, style)
    canvas.putRight(" " + value.text, rows.column + rows.columns - 1, row, width: rows.columns, value.style)
  }
}

/// How many are shown of how many, and in which order; while a filter is typed, that.
private func heading(_ state: ScreenState, _ window: ParameterWindow, room: Int) -> String {
  let total = state.session.graph?.parameters.count ?? 0
  let shown = window.rows.count { $0.parameter != nil }
  let listing = state.listing
  // With a filter, how many it lets pass; otherwise how many there is room for.
  let part = listing.filter.isEmpty ? shown : window.count
  let matching = part < total ? "\(part) of \(total)" : total == 0 ? "" : "\(total)"
  if listing.isTyping {
    return ["/\(listing.filter)  \(matching)", "/\(listing.filter)"].fitting(room)
  }
  let order = listing.order == .departure ? "|log c|" : ""
  let filter = listing.filter.isEmpty ? "" : "/\(listing.filter)"
  let marks = [filter, order].filter { !$0.isEmpty }
  func joined(_ parts: [String]) -> String { parts.filter { !$0.isEmpty }.joined(separator: "  ") }
  return [
    joined(["parameters", matching] + marks), joined([matching] + marks),
    joined(marks.isEmpty ? ["parameters"] : marks),
  ].fitting(room)
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
