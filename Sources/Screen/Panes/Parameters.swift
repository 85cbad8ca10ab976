import Debugger
import Training

/// The part of the parameter list that is visible.
struct ParameterWindow {
  let rows: ArraySlice<ParameterRows.Row>
  let count: Int
  /// The place of its first row in the list.
  var first: Int { rows.startIndex }
  /// Where its first row is on the screen.
  let area: Rect

  /// A list of fewer rows shows whole names: modules would take the place of what is in them.
  private static let roomForTree = 8

  init(_ state: ScreenState, _ area: Rect) {
    self.area = area.content
    let room = max(0, self.area.rows)
    let list = (room < ParameterWindow.roomForTree ? state.flat : state.tree).value
    count = list.parameters.count
    // The selected one stays in view, with some of its neighbours where there is room; the list moves no more than that
    // takes, so that what is beside it stays where it was.
    let shown = state.shownParameter
    let place = list.rows.firstIndex { $0.parameter != nil && $0.parameter == shown } ?? 0
    let margin = min(3, max(0, room - 1) / 4)
    let wanted = max(min(state.listScroll, place - margin), place + margin - room + 1)
    let first = max(0, min(wanted, list.rows.count - room))
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
  let lines = window.rows.enumerated().map { line, entry in
    ParameterLine(entry, isFirst: line == 0, room: rows.columns) { index in
      label(graph.parameters[index].requiresGrad, records[index])
    }
  }
  // All say the verdict in words, or none does.
  let saysVerdict = lines.allSatisfy(\.hasRoomForVerdict)
  for (line, entry) in lines.enumerated() {
    let row = rows.row + line
    let isShown = entry.parameter != nil && entry.parameter == state.shownParameter
    let style = isShown ? Palette.heading : entry.parameter == nil || entry.isFrozen ? Palette.quiet : Style()
    let said = entry.said(inWords: saysVerdict)
    let mark = isShown ? String(state.glyphs.marker) : " "
    canvas.put(
      mark + entry.name(beside: said, room: rows.columns, state.glyphs), rows.column, row, width: rows.columns, style)
    canvas.putRight(" " + said, rows.column + rows.columns - 1, row, width: rows.columns, entry.label.style)
  }
}

/// A row of the list, ready to be fitted in.
private struct ParameterLine {
  typealias Label = (forms: [String], style: Style)

  let parameter: Int?
  let indent: String
  let text: String
  let label: Label
  /// Whether its name fits beside the longest form of what is said of it.
  let hasRoomForVerdict: Bool

  init(_ row: ParameterRows.Row, isFirst: Bool, room: Int, _ label: (Int) -> Label) {
    parameter = row.parameter
    // Where modules have scrolled off, the first row says which one it is in.
    let isOrphan = isFirst && row.depth > 0
    indent = isOrphan ? "" : String(repeating: " ", count: min(row.depth, room / 4))
    text = isOrphan ? row.path + "." + row.text : row.text
    self.label = parameter.map(label) ?? ([""], Palette.quiet)
    hasRoomForVerdict =
      self.label.forms.count < 2 || isOrphan || indent.count + text.columns + self.label.forms[0].columns + 4 <= room
  }

  var isFrozen: Bool { label.forms == ["frozen"] }

  func said(inWords: Bool) -> String { (inWords ? label.forms.first : label.forms.last) ?? "" }

  /// Names differ in their ends: with a long one it is the beginning that goes.
  func name(beside said: String, room: Int, _ glyphs: GlyphSet) -> String {
    indent + text.abbreviated(in: room - 1 - indent.count - (said.isEmpty ? 0 : said.columns + 2), glyphs)
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
  // Whose c it is, where that was chosen.
  let isCompared = state.shownHook?.isOnParameter == true && state.shownHook?.hook.id == state.selection.hook
  let hook = isCompared ? state.selection.hook.map { "hook \($0)" } : nil
  let marks = [filter, order, hook ?? ""].filter { !$0.isEmpty }
  func joined(_ parts: [String]) -> String { parts.filter { !$0.isEmpty }.joined(separator: "  ") }
  return [
    joined(["parameters", matching] + marks), joined([matching] + marks),
    joined(marks.isEmpty ? ["parameters"] : marks),
  ].fitting(room)
}

/// What is said of a parameter: c with the verdict, then with a mark in its place.
private func label(_ trains: Bool, _ record: ObservedParameter?) -> (forms: [String], style: Style) {
  guard trains else { return (["frozen"], Palette.quiet) }
  guard let record, !record.isPending else { return ([""], Style()) }
  let comparison = record.comparison
  let verdict = comparison.verdict.rawValue
  func forms(_ mark: String) -> [String] {
    comparison.c.map { ["c \(shortNumber($0)) \(verdict)", "c \(shortNumber($0))\(mark)"] } ?? [verdict]
  }
  switch comparison.verdict {
  case .match: return (forms(""), Palette.good)
  case .scaled: return (forms("!"), Palette.notable)
  // Of a factor that explains nothing.
  case .different: return (forms("?"), Palette.notable)
  // Its name is so long that it would leave no room for the parameter's.
  case .belowResolution: return ([verdict, "<ulp/lr"], Style())
  case .noUpdate, .undefined, .notSeen: return ([verdict], Style())
  }
}
