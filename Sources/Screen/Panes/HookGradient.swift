import Autograd
import Debugger
import Training

/// What the hook kept of the shown parameter's gradient.
func drawHookGradient(_ state: ScreenState, _ window: MatrixWindow, _ area: Rect, on canvas: inout Canvas) {
  let pane = window.hook
  let room = pane.name.columns
  let name = state.shownParameter.map { state.catalog.shortNames[$0].abbreviated(in: room, state.glyphs) } ?? ""
  let seen = state.shownHook
  let label = seen.flatMap { seen in state.session.graph.map { hookForms(seen, name, $0).fitting(room) } } ?? name
  // Beside a long name there is no room for the hook.
  let title = [heading(state) + (label == name ? seen.map { "  hook \($0.hook.id)" } ?? "" : ""), "hook gradient"]
  drawHeading(
    title.fitting(area.columns - 3), area, state.glyphs, isFocused: state.focus == .matrices, on: &canvas)
  guard pane.body.rows > 0, let index = state.shownParameter, let graph = state.session.graph else { return }
  func say(_ text: String) {
    canvas.put(text, pane.body.column, pane.body.row, width: pane.body.columns, Palette.quiet)
  }
  guard let record = state.shownRecord else {
    canvas.put(name, pane.name.column, pane.name.row, width: room, Palette.heading)
    say(
      graph.parameters[index].requiresGrad
        ? ["no step was taken yet: step", "no step yet"].fitting(room) : "frozen: no gradient")
    return
  }
  canvas.put(label, pane.name.column, pane.name.row, width: room, Palette.heading)
  let pair = state.matrices.value
  guard let matrix = pair.hook else {
    say(
      seen == nil
        ? state.seeingHooks.isEmpty ? "no hook on it: hook all" : "no hook on it; F7: its module's"
        : record.isPending ? "the hook has not fired yet" : "the hook never fired")
    return
  }
  let drawing = MatrixDrawing(matrix: matrix, scale: pair.scale, largestCount: largestCount(pair, window, state))
  drawMatrix(drawing, window, pane, state, on: &canvas)
}

/// With the place among several hooks, and the key that shows the next.
private func heading(_ state: ScreenState) -> String {
  let hooks = state.seeingHooks
  guard let place = hooks.firstIndex(where: { $0.hook.id == state.shownHook?.hook.id }), hooks.count > 1 else {
    return "hook gradient"
  }
  return "hook gradient \(place + 1)/\(hooks.count)"
}

/// What a hook is on, which one it is, and how it keeps what it sees; the longest form first.
private func hookForms(_ seen: SeeingHook, _ parameter: String, _ graph: ModuleGraph) -> [String] {
  let hook = seen.hook
  let (id, kind, slot) = ("  hook \(hook.id)", " " + hook.placement.name, hook.slot == .module ? ", slot=module" : "")
  let capture = ", " + hook.capture.rawValue
  var kept = [kind + capture + slot, kind + slot, slot.isEmpty ? kind : slot, ""]
  if let count = seen.stackCount {
    kept = ["\(kind)\(capture): sum of \(count)\(slot)", "\(kind), sum of \(count)", ", sum of \(count)", ""]
  }
  guard seen.isOnParameter else {
    let module = NameTable.short(graph.name(of: seen.reading.site))
    let place = module + (hook.placement == .tensor ? "'s output" : " grad_output")
    return kept.map { place + id + $0 } + ["hook \(hook.id) " + place, place]
  }
  return kept.map { parameter + id + $0 } + [parameter]
}
