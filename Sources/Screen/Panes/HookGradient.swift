import Debugger
import Training

/// What the hook kept of the shown parameter's gradient.
func drawHookGradient(_ state: ScreenState, _ window: MatrixWindow, _ area: Rect, on canvas: inout Canvas) {
  drawHeading("hook gradient", area, state.glyphs, isFocused: state.focus == .matrices, on: &canvas)
  let pane = window.hook
  guard pane.body.rows > 0, let index = state.shownParameter, let graph = state.session.graph else { return }
  let room = pane.name.columns
  func say(_ text: String) {
    canvas.put(text, pane.body.column, pane.body.row, width: pane.body.columns, Palette.quiet)
  }
  let name = state.catalog.shortNames[index].abbreviated(in: room, state.glyphs)
  guard let record = state.shownRecord else {
    canvas.put(name, pane.name.column, pane.name.row, width: room, Palette.heading)
    say(
      graph.parameters[index].requiresGrad
        ? ["no step was taken yet: step", "no step yet"].fitting(room) : "frozen: no gradient")
    return
  }
  let hook = record.hook.flatMap { id in state.observed?.hooks.first { $0.id == id } }
  var forms = [name]
  if let hook {
    let kept = name + "  \(hook.placement.name), \(hook.capture.rawValue)"
    forms = [kept, name + "  \(hook.placement.name)", name]
    if hook.slot == .module { forms = [kept + ", slot=module", name + "  slot=module"] + forms }
  }
  canvas.put(forms.fitting(room), pane.name.column, pane.name.row, width: room, Palette.heading)
  let pair = state.matrices.value
  guard let matrix = pair.hook else {
    say(
      hook == nil ? "no hook on it: hook all" : record.isPending ? "the hook has not fired yet" : "the hook never fired"
    )
    return
  }
  let drawing = MatrixDrawing(matrix: matrix, scale: pair.scale, largestCount: largestCount(pair, pane, state))
  drawMatrix(drawing, window, pane, state, on: &canvas)
}
