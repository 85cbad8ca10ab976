import Debugger

/// The whole screen: a pure function of what there is to show and the terminal's size.
public func render(_ state: ScreenState, _ size: Size) -> Grid {
  var canvas = Canvas(size)
  guard size.columns > 0, size.rows > 0 else { return canvas.grid }
  let layout = Layout(size, parameterCount: state.session.graph?.parameters.count ?? 0)
  if let title = layout.title { drawTitle(state, title, on: &canvas) }
  if let parameters = layout.parameters { drawParameters(state, parameters, on: &canvas) }
  let observation = MatrixPair(state)
  if let hook = layout.hook { drawHookGradient(state, observation, hook, on: &canvas) }
  if let effective = layout.effective { drawEffectiveGradient(state, observation, effective, on: &canvas) }
  if let rates = layout.learningRate { drawLearningRate(state, rates, on: &canvas) }
  if let verdict = layout.verdict { drawVerdict(state, verdict, on: &canvas) }
  // Where there is no room for the verdict, what goes on is told in the title.
  if layout.verdict == nil, let title = layout.title { drawActivity(state, title, on: &canvas) }
  drawTranscript(state, layout.transcript, on: &canvas)
  drawPrompt(state, layout.prompt, on: &canvas)
  drawCandidates(state, layout.overlay, on: &canvas)
  // On a tiny screen every line is needed for what was said.
  if layout.verdict != nil { drawHint(state, layout.prompt, above: layout.transcript, on: &canvas) }
  return canvas.grid
}
