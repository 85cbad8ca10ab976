import Debugger
import Training

/// `lorascope  peft-1893   Linear 16x16 + LoRA r=16 a=16 s=1   SGD lr=1   step 3 · clip   loss .43 ▇▆▅▃`
func drawTitle(_ state: ScreenState, _ area: Rect, on canvas: inout Canvas) {
  canvas.fill(area, Palette.title)
  let session = state.session
  var parts = ["lorascope"]
  if !state.name.isEmpty { parts.append(state.name) }
  let configuration = session.configuration
  if let model = configuration.model {
    let lora = configuration.lora
    let adapter =
      lora.targetModules == .none
      ? "" : " + LoRA r=\(lora.r) a=\(formatNumber(lora.loraAlpha)) s=\(shortNumber(lora.scaling))"
    parts.append(model.title + adapter)
    let kind = OptimizerKind.all.first { $0.name == configuration.training.optimizer }
    parts.append((kind?.title ?? configuration.training.optimizer) + " lr=\(shortNumber(configuration.training.lr))")
    parts.append(position(state))
  } else {
    parts.append("no model yet")
  }
  // What a narrow screen can do without goes first: the losses' curve, the loss, then the program's
  // name, the session's, and so on up to where the session stands.
  let place = parts.last?.columns ?? 0
  let right = losses(state).fitting(area.columns - place - 3)
  let room = area.columns - right.columns - (right.isEmpty ? 1 : 3)
  while parts.count > 1, parts.joined(separator: "  ").columns > room { parts.removeFirst() }
  canvas.putRight(right, area.columns - 1, area.row, width: right.columns, Palette.title)
  canvas.put(" " + parts.joined(separator: "  "), 0, area.row, width: room + 1, Palette.title)
}

/// The loss in the forms it can be shown in, the longest first; nothing at last.
private func losses(_ state: ScreenState) -> [String] {
  let cost = state.frameCost.isEmpty ? "" : state.frameCost + "  "
  guard let record = state.observed else { return [cost, ""] }
  let losses = state.session.newestLosses(10)
  // Before a step's own loss is there, the last one still stands.
  guard let loss = record.loss ?? losses.last else { return [cost, ""] }
  let text = "loss \(shortNumber(loss))"
  let curve = text + " " + state.glyphs.sparkline(losses)
  return cost.isEmpty ? [curve, text, ""] : [cost + curve, cost + text, cost, ""]
}

private func position(_ state: ScreenState) -> String {
  let session = state.session
  guard session.isInsideStep, let event = session.lastEvent else { return "step \(session.step)" }
  return "step \(session.step + 1)" + state.glyphs.separator + describe(event, in: session.graph)
}
