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
