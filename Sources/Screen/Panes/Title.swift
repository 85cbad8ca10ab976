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
  var right = ""
  if let record = session.observed {
    let losses = session.records.suffix(10).compactMap(\.loss)
    // Before a step's own loss is there, the last one still stands.
    if let loss = record.loss ?? losses.last {
      right = "loss \(shortNumber(loss)) " + state.glyphs.sparkline(losses)
    }
  }
  // What a narrow screen can do without goes first: the program's name, then the session's.
  let room = area.columns - right.columns - 3
  while parts.count > 2, parts.joined(separator: "  ").columns > room { parts.removeFirst() }
  let text = " " + parts.joined(separator: "  ")
  canvas.putRight(right, area.columns - 1, area.row, width: right.columns, Palette.title)
  canvas.put(text, 0, area.row, width: max(0, area.columns - right.columns - 2), Palette.title)
}

private func position(_ state: ScreenState) -> String {
  let session = state.session
  guard session.isInsideStep, let event = session.lastEvent else { return "step \(session.step)" }
  return "step \(session.step + 1)" + state.glyphs.separator + describe(event, in: session.graph)
}
