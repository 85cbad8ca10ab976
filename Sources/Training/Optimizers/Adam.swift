import Glibc
import Tensors

extension OptimizerKind {
  static let adam = OptimizerKind(
    name: "adam", title: "Adam", weightDecay: 0, settings: ["betas", "eps", "weight_decay", "amsgrad", "maximize"],
    stages: { $0.stages(defaultDecay: 0, decay: .weightDecay, [.preconditioner]) }
  ) { settings throws(TrainingError) in
    try settings.checkBetas()
    return Adam(settings: settings)
  }
}

extension OptimizerSettings {
  /// torch's bounds.
  func checkBetas() throws(TrainingError) {
    for (index, beta) in betas.enumerated() where !(0..<1).contains(beta) {
      throw .badOptimizer("Invalid beta parameter at index \(index): \(beta)")
    }
  }
}

/// `torch.optim.Adam`: weight decay is added to the gradient.
struct Adam: Optimizer {
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
    return AdamMoments(settings: settings).update(parameter, direction, lr: lr, state: &state, ledger: &ledger)
  }
}

/// What Adam and AdamW share: p -= lr/(1 - b1^t) m / (sqrt(v)/sqrt(1 - b2^t) + eps), rounded operation by
/// operation as torch's `_single_tensor_adam` does it.
struct AdamMoments {
  let settings: OptimizerSettings

  /// Buffers: exp_avg, exp_avg_sq and, with amsgrad, max_exp_avg_sq.
  func update(
    _ parameter: Tensor, _ gradient: Tensor, lr: Double, state: inout OptimizerState, ledger: inout LedgerPage?
  ) -> Tensor {
    let (beta1, beta2) = (settings.betas[0], settings.betas[1])
    let zeros = Tensor(zeros: parameter.shape, dtype: parameter.dtype)
    state.steps += 1
    let mean = (state.buffers.first ?? zeros).lerp(to: gradient, weight: 1 - beta1)
    let square = (state.buffers.count > 1 ? state.buffers[1] : zeros).scaled(by: beta2)
      .addcmul(gradient, gradient, value: 1 - beta2)
    var root = square
    if settings.amsgrad {
      root = .maximum(state.buffers.count > 2 ? state.buffers[2] : zeros, square)
      state.buffers = [mean, square, root]
    } else {
      state.buffers = [mean, square]
    }
    let correction1 = 1 - pow(beta1, Double(state.steps))
    let correction2 = (1 - pow(beta2, Double(state.steps))).squareRoot()
    let denominator = root.squareRoot.divided(by: correction2).adding(settings.eps)
    ledger?.enter(
      .preconditioner, mean.converted(to: .float64).divided(by: correction1) / denominator.converted(to: .float64))
    return parameter.addcdiv(mean, denominator, value: -lr / correction1)
  }
}
