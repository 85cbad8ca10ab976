import Debugger
import Training

/// What the hook kept of the shown parameter's gradient.
func drawHookGradient(_ state: ScreenState, _ pair: MatrixPair, _ area: Rect, on canvas: inout Canvas) {
  drawHeading("hook gradient", area, state.glyphs, on: &canvas)
  var content = area.content
  guard content.rows > 1, let index = state.shownParameter, let graph = state.session.graph else { return }
  let name = NameTable.short(graph.parameters[index].name).ending(in: content.columns, state.glyphs)
  guard let record = state.shownRecord else {
    canvas.put(name, content.column, content.row, width: content.columns, Palette.heading)
    let hint =
      graph.parameters[index].requiresGrad
      ? ["no step was taken yet: step", "no step yet"].fitting(content.columns) : "frozen: no gradient"
    canvas.put(hint, content.column, content.row + 1, width: content.columns, Palette.quiet)
    return
  }
  let hook = record.hook.flatMap { id in state.observed?.hooks.first { $0.id == id } }
  var forms = [name]
  if let hook {
    let kept = name + "  \(hook.placement.name), \(hook.capture.rawValue)"
    forms = [kept, name + "  \(hook.placement.name)", name]
    if hook.slot == .module { forms = [kept + ", slot=module", name + "  slot=module"] + forms }
  }
  canvas.put(forms.fitting(content.columns), content.column, content.row, width: content.columns, Palette.heading)
  content = Rect(column: content.column, row: content.row + 1, columns: content.columns, rows: content.rows - 1)
  guard let tensor = pair.hook else {
    let hint =
      hook == nil ? "no hook on it: hook all" : record.isPending ? "the hook has not fired yet" : "the hook never fired"
    canvas.put(hint, content.column, content.row, width: content.columns, Palette.quiet)
    return
  }
  drawMatrix(tensor, scale: pair.scale, state, content, on: &canvas)
}
