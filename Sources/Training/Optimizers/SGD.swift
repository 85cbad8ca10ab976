import Tensors

extension OptimizerKind {
  public static let sgd = OptimizerKind(
    name: "sgd", title: "SGD", weightDecay: 0,
    settings: ["momentum", "dampening", "nesterov", "weight_decay", "maximize"],
    stages: { $0.stages(defaultDecay: 0, decay: .weightDecay, $0.momentum != 0 ? [.momentum] : []) }
  ) { settings throws(TrainingError) in
    if settings.nesterov && (settings.momentum <= 0 || settings.dampening != 0) {
      throw .badOptimizer("Nesterov momentum requires a momentum and zero dampening")
    }
    return SGD(settings: settings)
  }
}

/// `torch.optim.SGD`. The momentum buffer starts as a clone of the first gradient, undampened.
struct SGD: Optimizer {
  let settings: OptimizerSettings

  func update(
    _ parameter: Tensor, gradient: Tensor, lr: Double, state: inout OptimizerState, ledger: inout LedgerPage?
  ) -> Tensor {
    var direction = gradient
    if settings.maximize {
      direction = direction.negated
      ledger?.enter(.maximize, direction)
    }
    if let decay = settings.weightDecay, decay != 0 {
      direction = direction.adding(parameter, alpha: decay)
      ledger?.enter(.weightDecay, direction)
    }
    if settings.momentum != 0 {
      let buffer =
        state.buffers.first.map { $0.scaled(by: settings.momentum).adding(direction, alpha: 1 - settings.dampening) }
        ?? direction
      state.buffers = [buffer]
      direction = settings.nesterov ? direction.adding(buffer, alpha: settings.momentum) : buffer
      ledger?.enter(.momentum, direction)
    }
    return parameter.adding(direction, alpha: -lr)
  }
}
