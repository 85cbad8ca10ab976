import Tensors
import Training

extension StageText {
  /// Inside `optimizer.step()`.
  static let optimizerStages: [StageText] = [
    StageText(
      stage: .maximize, note: { _, _ in "x-1: maximize=True" }, clause: { _ in "maximize=True negates the gradient" },
      advice: { context in ["torch.optim.\(context.kind)(params, lr)  # maximize=False to descend"] }),
    StageText(
      stage: .weightDecay,
      note: { context, change in
        "+ \(shortNumber(context.decay)) p, norm \(shortNumber((change.after - change.before).norm)): the L2 penalty"
      },
      clause: { "weight_decay adds \(shortNumber($0.decay)) p to the gradient inside the optimizer" },
      advice: { context in
        ["torch.optim.\(context.kind)(params, lr, weight_decay=0.0)  # or subtract weight_decay * p before comparing"]
      }),
    StageText(
      stage: .momentum,
      note: { context, _ in
        let options = context.settings.optimizerSettings
        let own = options.dampening == 0 ? "" : "\(shortNumber(1 - options.dampening)) "
        let buffer = "buf = \(shortNumber(options.momentum)) buf + \(own)g"
        return buffer + (options.nesterov ? "; nesterov: g + \(shortNumber(options.momentum)) buf" : "")
      },
      clause: { context in
        let options = context.settings.optimizerSettings
        let how = options.nesterov ? "Nesterov momentum looks ahead along" : "momentum steps along"
        let less = options.dampening == 0 ? "" : ", with the new one dampened by \(shortNumber(options.dampening))"
        return "\(how) a buffer of all gradients so far\(less)"
      },
      advice: { _ in ["optimizer.state[p][\"momentum_buffer\"]  # what SGD steps along; momentum=0.0 steps along .grad"]
      }),
    StageText(
      stage: .preconditioner,
      note: { context, _ in
        let options = context.settings.optimizerSettings
        let root = options.amsgrad ? "sqrt(v_max)" : "sqrt(v)"
        return "\(context.kind): m/(\(root) + \(shortNumber(options.eps))), moments of betas "
          + options.betas.map(shortNumber).joined(separator: " ")
      },
      clause: { "\($0.kind) steps along m/sqrt(v), nearly a sign: the gradient's size cancels" },
      advice: { context in
        [
          "# \(context.kind)'s update is not lr x grad: compare p.grad with the hook instead, or train with torch.optim.SGD"
        ]
      }),
    StageText(
      stage: .decoupledWeightDecay,
      note: { context, change in
        "+ \(shortNumber(context.decay)) p, norm \(shortNumber((change.after - change.before).norm)): p *= 1 - lr weight_decay"
      },
      clause: { "AdamW shrinks the weights by lr x \(shortNumber($0.decay)) beside the update" },
      advice: { _ in ["torch.optim.AdamW(params, lr, weight_decay=0.0)  # 0.01 is its default"] }),
  ]
}

extension ExplanationContext {
  fileprivate var kind: String { OptimizerKind.named(settings.optimizer)?.title ?? settings.optimizer }

  fileprivate var decay: Double {
    settings.optimizerSettings.weightDecay ?? OptimizerKind.named(settings.optimizer)?.weightDecay ?? 0
  }
}
