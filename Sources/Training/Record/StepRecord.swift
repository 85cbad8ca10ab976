import Tensors

/// All that was observed in one step.
public struct StepRecord: Sendable {
  /// Counts from 1.
  public let step: Int
  /// The mean over micro-batches of what the loss function returned; nil before the first one did.
  public let loss: Double?
  /// The learning rate that the optimizer used, before LoRA+'s ratio.
  public let lrUsed: Double
  /// The trainable parameters, in the model's order.
  public let parameters: [ParameterRecord]
  /// What each hook had kept at the end of the step, by hook and by site, in the order of `hooks`.
  public let readings: [[HookReading]]
  public let clipping: NormClipping?
  /// `optimizer.step()` was passed over, because unscaled gradients held inf or NaN.
  public let isSkipped: Bool
  /// What each loss was multiplied with; nil if losses were not scaled.
  public let lossScale: Double?
  /// Every trainable parameter's gradient after each stage, if the step was taken with a ledger.
  public let ledger: LedgerBook?
  /// What the step was taken with: the indices above are into its graph.
  public let plan: TrainingPlan

  public var hooks: [Hook] { plan.hooks.hooks }

  /// What hook `id` kept for a site; nil if it is not on it.
  public func reading(hook id: Int, site: HookSite) -> HookReading? {
    guard let index = hooks.firstIndex(where: { $0.id == id }),
      let place = hooks[index].sites.firstIndex(of: site)
    else { return nil }
    return readings[index][place]
  }

  public func record(of parameter: Int) -> ParameterRecord? {
    parameters.first { $0.parameter == parameter }
  }
}

/// What a hook had kept for one of its sites when the step was over.
public struct HookReading: Sendable {
  public let site: HookSite
  /// The gradient (for module hooks grad_output); nil if the hook never fired.
  public var value: Tensor?
  /// Only module hooks have one, and only where the module's input needs a gradient.
  public var gradInput: Tensor?
  public var timesFired = 0
  /// The site that filled the slot: another parameter's under `slot=module`.
  public var firedBy: HookSite?
  /// `value` has a leading axis, one entry for each time the hook fired (`capture=all`).
  public var stacked = false

  /// What was seen of this step as one gradient: of a stack the sum, as all of it belongs to the step.
  public var gradient: Tensor? {
    guard stacked, let value, value.shape[0] > 0 else { return value }
    return (1..<value.shape[0]).reduce(value.entry(0)) { $0 + value.entry($1) }
  }

  init(site: HookSite, timesFired: Int = 0) {
    self.site = site
    self.timesFired = timesFired
  }
}

/// One parameter over one optimizer step.
public struct ParameterRecord: Sendable {
  /// Its index in the model's graph.
  public let parameter: Int
  /// The state-dict entry before and after the step, cloned.
  public let before: Tensor
  public let after: Tensor
  /// `.grad` as the optimizer used it; nil is torch's None.
  public let grad: Tensor?
  /// The learning rate that the effective gradient is divided by.
  public let lr: Double
  /// The one the optimizer used: another one only where `lr_read` says so.
  public let lrUsed: Double
  /// The hook that is compared by default, nil if there is none on this parameter.
  public let hook: Int?
  public let comparison: Comparison
  /// In a step that is not over: the optimizer has yet to write it, so there is no effective gradient.
  public let isPending: Bool
  /// The optimizer was passed over.
  public let isSkipped: Bool

  init(
    parameter: Int, before: Tensor, after: Tensor, grad: Tensor?, lr: Double, lrUsed: Double,
    hook: (id: Int, reading: HookReading)?, isPending: Bool, isSkipped: Bool
  ) {
    self.parameter = parameter
    self.before = before
    self.after = after
    self.grad = grad
    self.lr = lr
    self.lrUsed = lrUsed
    self.hook = hook?.id
    self.isPending = isPending
    self.isSkipped = isSkipped
    comparison =
      isPending
      ? .pending
      : Comparison(reading: hook?.reading, before: before, after: after, lr: lr, isSkipped: isSkipped)
  }

  /// (before - after)/lr in Float64; infinite or NaN where lr is 0.
  public var effective: Tensor { .effectiveGradient(before: before, after: after, lr: lr) }

  /// Compares what any hook kept with this parameter's update.
  public func comparison(with reading: HookReading?) -> Comparison {
    isPending ? .pending : Comparison(reading: reading, before: before, after: after, lr: lr, isSkipped: isSkipped)
  }
}
