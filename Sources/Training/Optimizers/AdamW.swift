import Tensors

extension OptimizerKind {
  static let adamw = OptimizerKind(
    name: "adamw", title: "AdamW", weightDecay: 0.01,
    settings: ["betas", "eps", "weight_decay", "amsgrad", "maximize"],
    stages: { $0.stages(defaultDecay: 0.01, decay: .decoupledWeightDecay, [.preconditioner]) }
  ) { settings throws(TrainingError) in
    try settings.checkBetas()
    return AdamW(settings: settings)
  }
}

/// `torch.optim.AdamW`: the weights decay by themselves, p *= 1 - lr weight_decay, before Adam's update.
struct AdamW: Optimizer {
  let settings: OptimizerSettings

  func update(
    _ parameter: Tensor, gradient: Tensor, lr: Double, state: inout OptimizerState, ledger: inout LedgerPage?
  ) -> Tensor {
    var direction = gradient
    if settings.maximize {
      direction = direction.negated
      ledger?.enter(.maximize, direction)
    }
    let decay = settings.weightDecay ?? OptimizerKind.adamw.weightDecay
    let decayed = decay == 0 ? parameter : parameter.scaled(by: 1 - lr * decay)
    let updated = AdamMoments(settings: settings).update(
      decayed, direction, lr: lr, state: &state, ledger: &ledger)
    if decay != 0 { ledger?.add(.decoupledWeightDecay, parameter, times: decay) }
    return updated
  }
}
