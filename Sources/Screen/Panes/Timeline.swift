import Debugger
import Training

/// Where the marks of a branch's moments are: the beginning, and one for each step, or for several where there are
/// many.
struct TimelineMarks: Equatable {
  /// The steps before and after all of them.
  let base: Int
  let end: Int
  let stepsPerMark: Int
  let count: Int
  let row: Int
  let column: Int

  init(_ state: ScreenState, _ area: Rect) {
    let branch = state.session.records
    (base, end, row) = (branch.base, branch.end, area.row)
    column = area.column + 1 + TimelineMarks.label.columns + 2 + branch.name.beginning(in: 12, state.glyphs).columns + 1
    let room = max(4, area.columns / 2 - column)
    let moments = end - base + 1
    stepsPerMark = max(1, (moments + room - 1) / room)
    count = (moments + stepsPerMark - 1) / stepsPerMark
  }

  static let label = "timeline"

  func mark(ofStep step: Int) -> Int { max(0, min(count - 1, (step - base) / stepsPerMark)) }

  /// The first step of the mark at a place on the screen.
  func step(at position: Position) -> Int? {
    let mark = position.column - column
    guard position.row == row, (0..<count).contains(mark) else { return nil }
    return min(end, base + mark * stepsPerMark)
  }
}

/// The steps of the branch with the place in them, the other branches, and the parts of a step.
func drawTimeline(_ state: ScreenState, _ area: Rect, on canvas: inout Canvas) {
  canvas.fill(area.line(0), Palette.quiet, glyph: state.glyphs.horizontal)
  let marks = TimelineMarks(state, area)
  let isFocused = state.focus == .timeline
  drawTag(
    TimelineMarks.label, area.column + 1, area.row, width: area.columns, state.glyphs, isFocused: isFocused,
    on: &canvas)
  guard state.session.graph != nil else { return }
  let branch = state.session.records
  let name = branch.name.beginning(in: 12, state.glyphs)
  canvas.put(name + " ", marks.column - name.columns - 1, area.row, width: area.columns, Palette.said)
  drawMarks(state, marks, on: &canvas)
  var column = marks.column + marks.count
  // With one row, the inside of a step is what one looks at.
  if area.rows == 1, state.session.isInsideStep, !isFocused {
    canvas.put(" ", column, area.row, width: 1)
    drawPhases(state, Rect(column: column + 1, row: area.row, columns: area.columns - column - 1, rows: 1), on: &canvas)
    return
  }
  let place = " " + placeText(state, marks) + " "
  column = canvas.put(place, column, area.row, width: area.columns, Palette.heading)
  let branches = branchTexts(state).map { $0.isEmpty ? "" : " \($0) " }.fitting(area.columns - column - 2)
  canvas.putRight(branches, area.column + area.columns - 1, area.row, width: area.columns, Palette.said)
  if area.rows > 1 {
    drawPhases(
      state, Rect(column: area.column + 1, row: area.row + 1, columns: area.columns - 2, rows: 1), on: &canvas)
  }
}

private func drawMarks(_ state: ScreenState, _ marks: TimelineMarks, on canvas: inout Canvas) {
  let session = state.session
  // Inside a step, that step is the place.
  let here = marks.mark(ofStep: session.isInsideStep ? min(marks.end, session.step + 1) : session.step)
  let forks = Set(
    session.timeline.branches.compactMap { branch in
      branch.origin.flatMap { $0.branch == session.records.name ? marks.mark(ofStep: $0.step) : nil }
    })
  for mark in 0..<marks.count {
    let glyphs = state.glyphs
    let (glyph, style): (Character, Style) =
      mark == here
      ? (glyphs.here, Palette.notable)
      : forks.contains(mark)
        ? (glyphs.fork, Palette.heading)
        : mark == 0
          ? (glyphs.branch, Palette.heading)
          : mark < here ? (glyphs.past, Palette.good) : (glyphs.ahead, Palette.quiet)
    var shown = style
    if state.focus == .timeline, marks.mark(ofStep: state.markedStep ?? session.step) == mark { shown.reverse = true }
    canvas.put(String(glyph), marks.column + mark, marks.row, width: 1, shown)
  }
}

private func placeText(_ state: ScreenState, _ marks: TimelineMarks) -> String {
  let session = state.session
  if state.focus == .timeline, let marked = state.markedStep, marked != session.step || session.isInsideStep {
    return "Enter goes to step \(marked)"
  }
  let place = session.isInsideStep ? "inside step \(session.step + 1)" : "step \(session.step)"
  let whole = session.stepsAhead > 0 ? "\(place) of \(marks.end)" : place
  return marks.stepsPerMark > 1 ? "\(whole), \(marks.stepsPerMark) a mark" : whole
}

/// The other branches: with where they leave and end, by name, by number.
private func branchTexts(_ state: ScreenState) -> [String] {
  let timeline = state.session.timeline
  guard timeline.branches.count > 1 else { return [""] }
  let current = timeline.current.name
  let others = timeline.branches.filter { $0.name != current }
  let long = others.map { branch in
    let origin = branch.origin.map { " from \($0.branch) \($0.step)" } ?? ""
    return "\(branch.name)\(origin) to \(branch.end)"
  }
  let own = timeline.current.origin.map { "from \($0.branch) \($0.step)" } ?? ""
  let also = "also: "
  return [
    [own, also + long.joined(separator: ", ")].filter { !$0.isEmpty }.joined(separator: state.glyphs.separator),
    also + long.joined(separator: ", "), also + others.map(\.name).joined(separator: ", "),
    "\(timeline.branches.count) branches", "",
  ]
}

/// The parts of a step in their order: those gone by, the present one, those to come; with a mark where a breakpoint is.
private func drawPhases(_ state: ScreenState, _ area: Rect, on canvas: inout Canvas) {
  let session = state.session
  let phases = session.stepPhases
  let stops = session.phasesWithBreakpoints
  // What a breakpoint waits for is shown even if no such event comes under these settings.
  let shown = phases + StepPhase.allCases.filter { stops.contains($0) && !phases.contains($0) }
  let here = session.phase.flatMap { shown.firstIndex(of: $0) }
  let total = session.eventsOfLastStep
  let events =
    session.isInsideStep
    ? "event \(session.eventsTaken)" + (total > session.eventsTaken ? " of \(total)" : "")
    : total > 0 ? "\(total) events" : ""
  let start = session.isInsideStep ? "step \(session.step + 1)" : "next"
  let pass = session.microBatch
  let within = start + (pass.map { ", micro-batch \($0.number) of \($0.count)" } ?? "")
  let shortly = start + (pass.map { ", micro \($0.number)/\($0.count)" } ?? "")
  let watches = session.stopList.breakpoints.count { $0.isWatch && $0.isEnabled }
  let watching = watches == 0 ? "" : "  \(state.glyphs.breakpoint) \(watches) watch" + (watches == 1 ? "" : "es")
  func width(_ names: [String], _ ends: String) -> Int {
    names.reduce(ends.columns) { $0 + $1.columns + 3 } + 2 * stops.count
  }
  let (long, short) = (shown.map(\.rawValue), shown.map(\.short))
  let forms: [(names: [String], start: String, end: String)] = [
    (long, within, "  " + events + watching), (long, within, watching),
    (short, within, "  " + events + watching), (short, within, watching), (short, shortly, watching),
    (short, start, watching), (short, start, ""),
    (short, "", ""),
  ]
  var column = area.column
  func put(_ text: String, _ style: Style) {
    column = canvas.put(text, column, area.row, width: area.column + area.columns - column, style)
  }
  let form = forms.first { width($0.names, $0.start + $0.end) + 3 <= area.columns }
  let (names, beginning, end) = form ?? (shown.map { _ in "" }, "", "")
  if !beginning.isEmpty { put(beginning + "  ", Palette.quiet) }
  for (index, phase) in shown.enumerated() {
    let glyphs = state.glyphs
    let (glyph, style): (Character, Style) =
      index == here
      ? (glyphs.here, Palette.notable)
      : here.map { index < $0 } == true ? (glyphs.past, Style()) : (glyphs.ahead, Palette.quiet)
    if stops.contains(phase) { put(String(glyphs.breakpoint), Palette.error) }
    put("\(glyph)", style)
    if form != nil { put(names[index] + "  ", index == here ? Palette.heading : style) }
  }
  if form == nil {
    // Without room for all names, the present one has its name.
    put(" " + (here.map { shown[$0].rawValue + "  " } ?? ""), Palette.heading)
    let place = pass.map { "micro-batch \($0.number) of \($0.count)  " } ?? ""
    put([place + events + " ", events + " ", ""].fitting(area.column + area.columns - column), Palette.quiet)
  } else if end.contains(events), !events.isEmpty {
    put(" " + events, Palette.quiet)
  }
  if !watching.isEmpty, end.hasSuffix(watching) { put(watching, Palette.error) }
}

extension StepPhase {
  /// For narrow screens.
  fileprivate var short: String {
    switch self {
    case .begin: "begin"
    case .forward: "fwd"
    case .loss: "loss"
    case .backward: "bwd"
    case .hooks: "hook"
    case .accumulate: "acc"
    case .allReduce: "mean"
    case .unscale: "unsc"
    case .clip: "clip"
    case .optimizer: "opt"
    case .scheduler: "sched"
    case .zeroGrad: "zero"
    case .end: "end"
    }
  }
}
