import Debugger
import Training

/// The learning rate that was used and the one to come, its schedule, and what else stands between gradient and
/// update.
func drawLearningRate(_ state: ScreenState, _ area: Rect, on canvas: inout Canvas) {
  drawHeading("learning rate", area, state.glyphs, on: &canvas)
  let content = area.content
  guard state.session.graph != nil else { return }
  let (rates, facts) = (rateLines(state, content.columns), factLines(state, content.columns))
  // A schedule is worth more than the last of the facts; a constant lr has what they leave.
  let needed = state.session.configuration.training.scheduler == "constant" ? 0 : 4
  let plotRows = min(6, max(needed, content.rows - rates.count - facts.count), content.rows - rates.count - 1)
  let plot = plotRows >= 3 ? plotRows : 0
  for (line, (text, style)) in rates.prefix(content.rows).enumerated() {
    canvas.put(text, content.column, content.row + line, width: content.columns, style)
  }
  if plot > 0 {
    drawSchedule(
      state, Rect(column: content.column, row: content.row + rates.count, columns: content.columns, rows: plot),
      on: &canvas)
  }
  let first = rates.count + plot
  for (line, (text, style)) in facts.prefix(max(0, content.rows - first)).enumerated() {
    canvas.put(text, content.column, content.row + first + line, width: content.columns, style)
  }
}

/// Used and now; of each group where there are two.
private func rateLines(_ state: ScreenState, _ columns: Int) -> [(String, Style)] {
  let session = state.session
  let record = state.observedHere
  let isOver = record.map { !$0.isSkipped && !$0.parameters.contains(where: \.isPending) } ?? false
  let ratio = session.configuration.training.loraplusLrRatio
  func line(_ group: String, _ ratio: Double) -> [(String, Style)] {
    let used = "used \(isOver ? shortNumber(record.map { $0.lrUsed * ratio }) : "-")"
    let now = "now \(shortNumber(session.currentLR() * ratio))"
    let whole = [group, used, now].filter { !$0.isEmpty }.joined(separator: group.isEmpty ? "  " : " ")
    if whole.columns <= columns { return [(whole, Palette.heading)] }
    // A number that is cut off reads as another one.
    let first = [group + " " + used, group.suffix(1) + " " + used].fitting(columns)
    return [(group.isEmpty ? used : first, Palette.heading), ("  " + now, Palette.heading)]
  }
  guard ratio != 1 else { return line("", 1) }
  return line("lora_A", 1) + line("lora_B", ratio)
}

private func factLines(_ state: ScreenState, _ columns: Int) -> [(String, Style)] {
  let settings = state.session.configuration.training
  let isNarrow = columns < 20
  var lines: [(String, Style)] = [(settings.optimizer + " " + settings.scheduler, Style())]
  if let clipping = state.observed?.clipping {
    let (norm, factor) = (shortNumber(clipping.totalNorm), shortNumber(clipping.coefficient))
    lines.append((isNarrow ? "norm \(norm)" : "total norm \(norm)", Style()))
    lines.append(
      (isNarrow ? "clip x\(factor)" : "clipped x \(factor)", clipping.coefficient < 1 ? Palette.notable : Style()))
  } else if let norm = settings.maxGradNorm {
    lines.append(((isNarrow ? "max_norm " : "max_grad_norm ") + shortNumber(norm), Style()))
  }
  let optimizer = settings.optimizerSettings
  if optimizer.momentum != 0, settings.optimizer == "sgd" {
    lines.append(("momentum \(shortNumber(optimizer.momentum))", Style()))
  }
  let decay = optimizer.weightDecay ?? OptimizerKind.named(settings.optimizer)?.weightDecay ?? 0
  if decay != 0 { lines.append(("weight_decay \(shortNumber(decay))", Style())) }
  if settings.gradientAccumulationSteps > 1 {
    lines.append(("accumulate \(settings.gradientAccumulationSteps)", Style()))
  }
  if settings.replicas > 1 { lines.append(("replicas \(settings.replicas)", Style())) }
  if let scale = state.session.lossScale { lines.append(("loss_scale \(shortNumber(scale))", Style())) }
  if let bound = settings.clipValue { lines.append(("clip_value \(shortNumber(bound))", Style())) }
  if settings.loraplusLrRatio != 1 {
    lines.append(((isNarrow ? "lora+ x " : "loraplus_lr_ratio ") + shortNumber(settings.loraplusLrRatio), Style()))
  }
  if let resolution = state.shownRecord?.comparison.resolution {
    lines.append(((isNarrow ? "ulp/lr " : "resolution ") + tiny(resolution), Palette.quiet))
  }
  return lines
}

/// The schedule over the steps, what was used of it, and where training stands.
private func drawSchedule(_ state: ScreenState, _ area: Rect, on canvas: inout Canvas) {
  let session = state.session
  let settings = session.configuration.training
  let columns = max(1, area.columns - 1)
  let end = max(session.records.end, session.step + 1)
  let horizon =
    switch settings.scheduler {
    case "constant": max(end, 2 * settings.scheduleSettings.warmupSteps, 10)
    case "step": max(end, 4 * settings.scheduleSettings.stepSize)
    default: max(end, settings.scheduleSettings.totalSteps)
    }
  // Settings may have been others: what was used counts, as far as it is at hand.
  let records = session.records.suffix(64, upTo: session.step - session.records.base)
  let used = Dictionary(records.map { ($0.step, $0.lrUsed) }) { first, _ in first }
  let place = session.step * columns / max(1, horizon)
  let values = (0..<columns).map { column in
    let step = min(horizon, column * horizon / columns + 1)
    let value = step <= session.step ? used[step] ?? session.plannedLR(ofStep: step) : session.plannedLR(ofStep: step)
    let style = column < place ? Palette.good : column == place ? Palette.notable : Palette.quiet
    return (value: Double?.some(value), style: style)
  }
  let highest = values.compactMap(\.value).filter(\.isFinite).max() ?? 0
  BarPlot(low: 0, high: highest > 0 ? highest : 1, isLine: true).draw(
    values, Rect(column: area.column, row: area.row, columns: columns, rows: area.rows - 1), state.glyphs, on: &canvas)
  let row = area.row + area.rows - 1
  let pointer = String(state.glyphs.pointer)
  canvas.put(pointer, area.column + min(place, columns - 1), row, width: 1, Palette.notable)
  // On the side that has more room.
  let isRight = place * 2 < columns
  let text = ["step \(session.step) of \(horizon)", "\(session.step)/\(horizon)", ""]
    .fitting(isRight ? columns - place - 2 : place - 1)
  let at = isRight ? place + 2 : place - 1 - text.columns
  canvas.put(text, area.column + max(0, at), row, width: columns, Palette.quiet)
}
