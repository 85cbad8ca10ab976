import Debugger
import Training

/// The way of the shown parameter's gradient from hook to weight, left to right, with what it comes to. One row, or
/// the stages, the norm under each of them, and the verdict in rows of their own where there is room.
func drawLedger(_ state: ScreenState, _ area: Rect, on canvas: inout Canvas) {
  canvas.fill(area.line(0), Palette.quiet, glyph: state.glyphs.horizontal)
  let room = area.columns - 2 - drawActivity(state, area.line(0), on: &canvas)
  guard let record = state.shownRecord else {
    let hint =
      state.session.graph == nil
      ? "write: model linear 16 16"
      : state.observedHere == nil
        ? "step takes a step, event goes inside, help" : "frozen: no gradient is computed, and no step changes it"
    canvas.put(" \(hint) ", area.column + 1, area.row, width: room, Palette.quiet)
    return
  }
  guard let comparison = state.shownComparison else {
    let hint = "hook \(state.shownHook?.hook.id ?? 0) sees the gradient of another tensor: nothing to compare"
    canvas.put(" \(hint) ", area.column + 1, area.row, width: room, Palette.quiet)
    return
  }
  let text = LedgerText(record, comparison, state)
  if area.rows > 1 {
    drawTall(text, area, room: room, on: &canvas)
  } else {
    drawLine(text, area, room: room, on: &canvas)
  }
}

/// What is in the ledger between two arrows.
private struct Stage {
  let text: String
  /// The same with fewer digits and no space.
  let short: String
  let norm: String
}

/// What there is to say, in parts that can be left out.
private struct LedgerText {
  /// A stage with its factor, and the norm of the gradient after it.
  let stages: [Stage]
  let arrow: String
  let c: String
  let cosine: String
  let residual: String
  let verdict: String
  let sentence: String
  let cause: String
  let isNotable: Bool
  let more: String

  init(_ record: ParameterRecord, _ comparison: Comparison, _ state: ScreenState) {
    isNotable = comparison.verdict == .scaled || comparison.verdict == .different
    // Before there is an update, there is nothing to compare.
    c = record.isPending ? "" : "c \(factor(comparison.c))  "
    cosine = record.isPending ? "" : c + "cos \(factor(comparison.cosine))  "
    residual = record.isPending ? "" : cosine + "residual \(tiny(comparison.residual))  "
    let verdict = record.isPending ? "not written yet" : comparison.verdict.rawValue
    self.verdict = verdict
    sentence = record.isPending ? comparison.reason ?? verdict : "\(verdict): \(comparison.sentence)"
    cause = state.explanation.map { "\(verdict): " + $0.cause } ?? sentence
    arrow = state.glyphs.arrow
    more = state.glyphs.more
    let times = state.glyphs.times
    let hasUpdate = state.matrices.value.effective != nil
    guard let explanation = state.explanation, let kept = explanation.keptNorm else {
      stages = []
      return
    }
    func norm(_ value: Double?) -> String { value.map { formatted($0, "%.4g") } ?? "-" }
    let acting = explanation.actingStages
    let passed = acting.map { stage in
      let name = stage.stage.rawValue
      return Stage(
        text: name + (stage.factor.map { " " + times + formatted($0, "%.4g") } ?? ""),
        short: name + (stage.factor.map { times + formatted($0, "%.3g") } ?? ""), norm: norm(stage.norm))
    }
    let last = !hasUpdate ? [] : [Stage(text: "e", short: "e", norm: norm(explanation.stages.last?.norm ?? kept))]
    stages = [Stage(text: "hook", short: "hook", norm: norm(kept))] + passed + last
  }

  /// The stages as they stand above their norms, each with the arrow that leads on; the longest form first.
  var columnForms: [[String]] {
    let tight = arrow.filter { $0 != " " }
    return [(stages.map(\.text), arrow), (stages.map(\.short), arrow), (stages.map(\.short), tight)].map {
      names, arrow in
      names.enumerated().map { index, name in
        guard index < names.count - 1 else { return name }
        // A norm that is longer than its stage's name pushes the next one on.
        let gap = max(0, stages[index].norm.columns + 1 - arrow.columns - name.columns)
        return name + String(repeating: " ", count: gap) + arrow
      }
    }
  }

  /// Without norms and spaces, for narrow screens: `hook→accumulate×4→clip_norm×0.202`.
  var shortPath: String {
    stages.dropLast(stages.last?.text == "e" ? 1 : 0).map(\.short)
      .joined(separator: arrow.filter { $0 != " " }) + "  "
  }

  /// In one row: `hook 0.437 → clip_norm ×0.1144 → e 0.04999  `, then without the norms.
  var paths: [String] {
    guard !stages.isEmpty else { return [""] }
    let ends = stages.enumerated().map { index, stage in
      stage.text + (index == 0 || index == stages.count - 1 ? " " + stage.norm : "")
    }
    return [ends, stages.map(\.text)].map { $0.joined(separator: arrow) + "  " }
  }
}

private func drawLine(_ text: LedgerText, _ area: Rect, room: Int, on canvas: inout Canvas) {
  // As much as there is room for: the sentence goes first, then the residual, the cosine, and the stages.
  var forms: [(String, String)] = []
  for path in text.paths {
    let numbers = [text.residual, text.cosine, text.c]
    forms += [(path + text.residual, text.cause), (path + text.residual, text.sentence)]
    forms += numbers.map { (path + $0, text.verdict) }
  }
  // c stands in the list of parameters too; the way of the gradient is nowhere else.
  if !text.stages.isEmpty {
    forms += [(text.shortPath + text.c, text.verdict), (text.shortPath, text.verdict), (text.shortPath, "")]
  }
  forms += [(text.residual, text.sentence)] + [text.residual, text.cosine, text.c].map { ($0, text.verdict) }
  guard let (numbers, words) = forms.first(where: { (" ledger " + $0.0 + $0.1).columns < room }) else { return }
  let style = text.isNotable ? Palette.notable : Palette.heading
  let column = canvas.put(" ledger ", area.column + 1, area.row, width: room, Palette.heading)
  let end = canvas.put(numbers, column, area.row, width: room, style)
  let left = max(0, area.column + 1 + room - end)
  canvas.put(words + " ", end, area.row, width: left, text.isNotable ? Palette.notable : Palette.good)
}

private func drawTall(_ text: LedgerText, _ area: Rect, room: Int, on canvas: inout Canvas) {
  let style = text.isNotable ? Palette.notable : Palette.good
  var column = canvas.put(" ledger ", area.column + 1, area.row, width: room, Palette.heading)
  // Under the names, so that both rows read together.
  canvas.put(" norm", area.column + 1, area.row + 1, width: room, Palette.quiet)
  let path = text.columnForms.first { form in
    form.reduce(column) { $0 + $1.columns } + text.c.columns + 2 <= area.column + room
  }
  if text.stages.isEmpty, !text.c.isEmpty {
    canvas.put(" explain tells the stages", column, area.row + 1, width: room, Palette.quiet)
  }
  for (stage, name) in zip(text.stages, path ?? []) {
    canvas.put(stage.norm, column, area.row + 1, width: room)
    column = canvas.put(name, column, area.row, width: room, Palette.heading)
  }
  // The last norm stands at the end of the second row; what is left of it is the verdict's.
  let end = area.column + area.columns
  let free = path == nil ? area.columns - 8 : end - column - 12
  let words = area.rows > 2 ? "" : [text.cause, text.sentence, text.verdict, ""].fitting(free - 1)
  let verdict = area.rows == 2 && words.isEmpty ? text.verdict + " " : ""
  let left = area.column + room - column
  let forms = [text.residual, text.cosine, text.c].map { "  " + $0 + verdict } + ["  " + text.c]
  canvas.put(forms.fitting(left), column, area.row, width: max(0, left), style)
  if area.rows > 2 {
    drawCause(text, area.line(2), style, on: &canvas)
  } else {
    canvas.putRight(words + " ", end, area.row + 1, width: max(0, free), style)
  }
}

/// What does not fit is cut: explain prints all of it.
private func drawCause(_ text: LedgerText, _ line: Rect, _ style: Style, on canvas: inout Canvas) {
  let room = line.columns - 3
  let isWhole = text.cause.columns <= room
  let shown = isWhole ? text.cause : text.cause.clipped(to: room - text.more.columns) + text.more
  canvas.put(" " + shown, line.column + 1, line.row, width: room + 1, style)
}

/// Progress, or a script that waits: at the right end of a line. Returns the columns it took.
@discardableResult
func drawActivity(_ state: ScreenState, _ area: Rect, on canvas: inout Canvas) -> Int {
  guard !state.activity.isEmpty else { return 0 }
  let text = " \(state.activity) ".clipped(to: area.columns)
  canvas.putRight(text, area.column + area.columns, area.row, width: area.columns, Palette.selected)
  return text.columns
}
