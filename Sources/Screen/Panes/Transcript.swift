/// What was typed and answered, the newest at the bottom.
func drawTranscript(_ state: ScreenState, _ area: Rect, on canvas: inout Canvas) {
  guard area.rows > 0 else { return }
  // Only as many lines are wrapped as can be seen.
  var wrapped: [(String, ScreenState.Line.Kind)] = []
  let needed = area.rows + state.transcriptScroll
  for line in state.transcript.reversed() where wrapped.count < needed {
    let parts = line.text.split(separator: "\n", omittingEmptySubsequences: false)
    for part in parts.reversed() where wrapped.count < needed {
      for piece in String(part).wrapped(to: area.columns).reversed() { wrapped.append((piece, line.kind)) }
    }
  }
  let scroll = max(0, min(state.transcriptScroll, wrapped.count - area.rows))
  let visible = wrapped.dropFirst(scroll).prefix(area.rows)
  for (offset, (text, kind)) in visible.enumerated() {
    canvas.put(text, area.column, area.row + area.rows - 1 - offset, width: area.columns, style(kind))
  }
  if scroll > 0 {
    canvas.putRight(
      " \(scroll) more below (PgDn) ", area.column + area.columns, area.row + area.rows - 1, width: area.columns,
      Palette.selected)
  }
  if state.focus == .transcript {
    let tag = "transcript"
    drawTag(
      tag, max(area.column, area.column + area.columns - tag.count - 2), area.row, width: area.columns, state.glyphs,
      isFocused: true, on: &canvas)
  }
}

private func style(_ kind: ScreenState.Line.Kind) -> Style {
  switch kind {
  case .command: Palette.heading
  case .text: Style()
  case .said: Palette.said
  case .note: Palette.quiet
  case .good: Palette.good
  case .warning: Palette.notable
  case .error: Palette.error
  }
}
