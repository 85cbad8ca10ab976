import LoRA
import Tensors
import Training

/// What a newcomer asks about an adapter's gradients, answered with the numbers at hand.
enum ModuleNotes {
  static func notes(
    _ layer: LoraLayer, _ session: Session, _ state: TrainingState, _ record: StepRecord
  ) -> [String] {
    let lora = session.configuration.lora
    let settings = record.plan.settings
    let r = state.parameters[layer.a].shape[0]
    let s = layer.scaling
    var notes: [String] = []
    let b = record.record(of: layer.b)
    if state.parameters[layer.b].maxMagnitude == 0 {
      var text = "lora_B is 0, so dA = s B^T G = 0: this step moves B alone, W by -lr s^2 G A^T A"
      if let b, let gradient = b.grad {
        text += ", the loss by about -lr |dB|^2 = \(shortNumber(-b.lrUsed * gradient.squaredNorm))"
      }
      notes.append(text)
    }
    let kind = OptimizerKind.named(settings.optimizer)
    let isAdaptive = kind?.stages(settings.optimizerSettings).contains(.preconditioner) ?? false
    notes.append(
      isAdaptive
        ? "\(kind?.title ?? "") cancels the s in dA and dB: W moves by s, doubling lora_alpha moves it twice as far"
        : "s is in dA and dB and in s B A: W moves by s^2 = \(shortNumber(s * s)), doubling lora_alpha moves it four times as far"
    )
    if lora.useRslora {
      notes.append(
        "use_rslora: s = lora_alpha/sqrt(r) = \(shortNumber(s)); lora_alpha/r would be \(shortNumber(s / Double(r).squareRoot()))"
      )
    }
    if settings.loraplusLrRatio != 1 {
      notes.append(
        "LoRA+: lora_B's lr is \(shortNumber(settings.loraplusLrRatio)) times lora_A's; -dW/lr is divided by lora_A's")
    }
    if layer.magnitude != nil {
      notes.append(
        "DoRA: W = m (W0 + s B A)/|W0 + s B A| row by row, the norm not differentiated: dA = s B^T (m/|.|) G, and so dB"
      )
    }
    if lora.loraDropout > 0 {
      notes.append("lora_dropout: A sees other inputs than W, so dA is s B^T G only on average")
    }
    if settings.replicas > 1 { notes.append("G, dA and dB are means over \(settings.replicas) replicas") }
    return notes
  }
}
