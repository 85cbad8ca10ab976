import Tensors

/// What can happen to a gradient between backward() and the new weight, in the order in which it happens.
public enum LedgerStage: String, Sendable, CaseIterable {
  case capture
  case hookTransform = "hook_transform"
  case accumulate
  case staleGrad = "stale_grad"
  case allReduce = "all_reduce"
  case unscale
  case clipNorm = "clip_norm"
  case clipValue = "clip_value"
  case maximize
  case weightDecay = "weight_decay"
  case momentum
  case preconditioner
  case decoupledWeightDecay = "decoupled_weight_decay"
  case lrRead = "lr_read"
  case snapshot
  case rounding
  case skippedStep = "skipped_step"
}

/// A page for each trainable parameter, in their order.
public struct LedgerBook: Sendable {
  public internal(set) var pages: [LedgerPage]

  init(count: Int) {
    pages = Array(repeating: LedgerPage(), count: count)
  }
}

/// One parameter's gradient after each stage of one step, in Float64; the last one is the effective gradient.
public struct LedgerPage: Sendable {
  public private(set) var entries: [(stage: LedgerStage, gradient: Tensor)] = []

  mutating func enter(_ stage: LedgerStage, _ gradient: Tensor) {
    entries.append((stage, gradient.converted(to: .float64)))
  }

  /// The same, unless nothing changed.
  mutating func enterIfChanged(_ stage: LedgerStage, _ gradient: Tensor) {
    let wide = gradient.converted(to: .float64)
    if let last = entries.last?.gradient, last.isIdentical(to: wide) { return }
    entries.append((stage, wide))
  }

  /// The stages after the optimizer, down to the effective gradient.
  mutating func close(_ record: ParameterRecord, snapshot: SnapshotMode) {
    guard !record.isPending, let last = entries.last?.gradient else { return }
    let zeros = Tensor(zeros: last.shape, dtype: .float64)
    if record.isSkipped {
      enter(.skippedStep, zeros)
      return
    }
    if record.lr != record.lrUsed { enter(.lrRead, last.scaled(by: record.lrUsed / record.lr)) }
    if snapshot == .reference { enter(.snapshot, zeros) }
    if record.lr != 0 { enterIfChanged(.rounding, record.effective) }
  }

  /// A stage that adds a multiple of a tensor to the gradient so far.
  mutating func add(_ stage: LedgerStage, _ tensor: Tensor, times factor: Double) {
    guard let last = entries.last?.gradient else { return }
    enter(stage, last.adding(tensor.converted(to: .float64), alpha: factor))
  }
}
