import Debugger

/// The whole screen: a pure function of what there is to show and the terminal's size.
public func render(_ state: ScreenState, _ size: Size) -> Grid {
  var canvas = Canvas(size)
  guard size.columns > 0, size.rows > 0 else { return canvas.grid }
  var state = state
  state.keepFocusVisible(in: size)
  let layout = Layout(size, state)
  if let title = layout.title { drawTitle(state, title, on: &canvas) }
  if let window = MatrixWindow(state, layout) {
    if let hook = layout.hook { drawHookGradient(state, window, hook, on: &canvas) }
    if let effective = layout.effective { drawEffectiveGradient(state, window, effective, on: &canvas) }
  }
  if let line = layout.cellLine { drawCellLine(state, line, on: &canvas) }
  if let rates = layout.learningRate { drawLearningRate(state, rates, on: &canvas) }
  if let losses = layout.losses { drawLosses(state, losses, on: &canvas) }
  if let ledger = layout.ledger { drawLedger(state, ledger, on: &canvas) }
  if let timeline = layout.timeline { drawTimeline(state, timeline, on: &canvas) }
  // Where there is no room for the ledger, what goes on is told in the title.
  if layout.ledger == nil, let title = layout.title { drawActivity(state, title, on: &canvas) }
  drawTranscript(state, layout.transcript, on: &canvas)
  drawPrompt(state, layout.prompt, on: &canvas)
  if let parameters = layout.parameters { drawParameters(state, parameters, on: &canvas) }
  drawCandidates(state, layout.overlay, on: &canvas)
  // On a tiny screen every line is needed for what was said.
  if layout.ledger != nil { drawHint(state, layout.prompt, above: layout.transcript, on: &canvas) }
  if let help = state.help { drawHelp(help, state.glyphs, on: &canvas) }
  return canvas.grid
}
