import Debugger
import Training

/// The learning rate that was used and the one to come, and what else stands between gradient and update.
func drawLearningRate(_ state: ScreenState, _ area: Rect, on canvas: inout Canvas) {
  drawHeading("learning rate", area, state.glyphs, on: &canvas)
  let content = area.content
  guard state.session.graph != nil else { return }
  let settings = state.session.configuration.training
  var lines: [(String, Style)] = []
  let used = state.shownRecord.flatMap { $0.isPending || $0.isSkipped ? nil : shortNumber($0.lrUsed) } ?? "-"
  let (past, present) = ("used \(used)", "now \(shortNumber(state.session.currentLR()))")
  if (past + "  " + present).columns <= content.columns {
    lines.append((past + "  " + present, Palette.heading))
  } else {
    lines += [(past, Palette.heading), (present, Palette.heading)]
  }
  lines.append((settings.optimizer + " " + settings.scheduler, Style()))
  if settings.loraplusLrRatio != 1 { lines.append(("lora_B x \(shortNumber(settings.loraplusLrRatio))", Style())) }
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
  let isNarrow = content.columns < 20
  if let clipping = state.observed?.clipping {
    let (norm, factor) = (shortNumber(clipping.totalNorm), shortNumber(clipping.coefficient))
    lines.append((isNarrow ? "norm \(norm)" : "total norm \(norm)", Style()))
    lines.append(
      (isNarrow ? "clip x\(factor)" : "clipped x \(factor)", clipping.coefficient < 1 ? Palette.notable : Style()))
  } else if let norm = settings.maxGradNorm {
    lines.append(((isNarrow ? "max_norm " : "max_grad_norm ") + shortNumber(norm), Style()))
  }
  if let resolution = state.shownRecord?.comparison.resolution {
    lines.append(((isNarrow ? "ulp/lr " : "resolution ") + tiny(resolution), Palette.quiet))
  }
  for (line, (text, style)) in lines.prefix(content.rows).enumerated() {
    canvas.put(text, content.column, content.row + line, width: content.columns, style)
  }
}
