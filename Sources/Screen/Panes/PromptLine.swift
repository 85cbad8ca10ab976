/// The line being typed. A long one is shifted so that the cursor stays in view.
func drawPrompt(_ state: ScreenState, _ area: Rect, on canvas: inout Canvas) {
  let text = Array(state.prompt.prompt + state.prompt.text)
  let cursor = state.prompt.cursor
  var shift = 0
  if cursor >= area.columns { shift = cursor - area.columns * 2 / 3 }
  var column = 0
  var shown = ""
  for glyph in text {
    if column >= shift { shown.append(glyph) }
    column += glyph.columns
  }
  let isFocused = state.focus == .prompt && state.help == nil
  canvas.put(shown, area.column, area.row, width: area.columns, isFocused ? Style() : Palette.quiet)
  if shift > 0 { canvas.put(state.glyphs.more, area.column, area.row, width: 1, Palette.quiet) }
  if isFocused { canvas.setCursor(Position(column: cursor - shift, row: area.row)) }
}

/// What can be typed next, behind the line; where it does not fit there, over the last line of the transcript.
/// It looks like a comment, so that no terminal, however plain, lets it pass for something typed.
func drawHint(_ state: ScreenState, _ prompt: Rect, above transcript: Rect, on canvas: inout Canvas) {
  guard !state.hint.isEmpty else { return }
  let hint = "# " + state.hint
  let end = (state.prompt.prompt + state.prompt.text).columns + 2
  if end + hint.columns < prompt.columns {
    canvas.put(hint, prompt.column + end, prompt.row, width: hint.columns, Palette.quiet)
  } else if state.candidates.isEmpty {
    let line = Rect(column: transcript.column, row: prompt.row - 1, columns: transcript.columns, rows: 1)
    canvas.fill(line, Style())
    canvas.put(
      hint.beginning(in: line.columns, state.glyphs), line.column, line.row, width: line.columns, Palette.quiet)
  }
}
