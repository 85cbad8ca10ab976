import Debugger
import Training

/// (before - after)/lr of the shown parameter.
func drawEffectiveGradient(_ state: ScreenState, _ pair: MatrixPair, _ area: Rect, on canvas: inout Canvas) {
  drawHeading("effective gradient", area, state.glyphs, on: &canvas)
  let content = area.content
  guard content.rows > 1, let index = state.shownParameter, let graph = state.session.graph else { return }
  let name = NameTable.short(graph.parameters[index].name).ending(in: content.columns, state.glyphs)
  let forms = [name + "  (before-after)/lr", name]
  canvas.put(forms.fitting(content.columns), content.column, content.row, width: content.columns, Palette.heading)
  guard let record = state.shownRecord else { return }
  let rest = Rect(column: content.column, row: content.row + 1, columns: content.columns, rows: content.rows - 1)
  guard let tensor = pair.effective else {
    canvas.put(
      record.isPending ? "not yet: before the optimizer" : "undefined: lr is 0", rest.column, rest.row,
      width: rest.columns, Palette.quiet)
    return
  }
  drawMatrix(tensor, scale: pair.scale, state, rest, on: &canvas)
}
