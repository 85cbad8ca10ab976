import Tensors

extension OptimizerKind {
  public static let sgd = OptimizerKind(name: "sgd", title: "SGD") { settings throws(TrainingError) in
    if settings.nesterov && (settings.momentum <= 0 || settings.dampening != 0) {
      throw .badOptimizer("Nesterov momentum requires a momentum and zero dampening")
    }
    return SGD(settings: settings)
  }
}

/// `torch.optim.SGD`. The momentum buffer starts as a clone of the first gradient, undampened.
struct SGD: Optimizer {
  let settings: OptimizerSettings

  func update(_ parameter: Tensor, gradient: Tensor, lr: Double, slots: inout [Tensor]) -> Tensor {
    var direction = settings.maximize ? gradient.negated : gradient
    if settings.weightDecay != 0 {
      direction = direction.adding(parameter, alpha: settings.weightDecay)
    }
    if settings.momentum != 0 {
      let buffer =
        slots.first.map { $0.scaled(by: settings.momentum).adding(direction, alpha: 1 - settings.dampening) }
        ?? direction
      slots = [buffer]
      direction = settings.nesterov ? direction.adding(buffer, alpha: settings.momentum) : buffer
    }
    return parameter.adding(direction, alpha: -lr)
  }
}
