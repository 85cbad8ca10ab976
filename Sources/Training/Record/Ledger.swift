import Tensors

/// What can happen to a gradient between backward() and the new weight, in the order in which it normally happens.
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

/// What happened to every trainable parameter's gradient in one step, and what each hook saw of it.
public struct LedgerBook: Sendable {
  /// A page for each trainable parameter, in their order.
  public internal(set) var pages: [LedgerPage]
  /// By entry of the hook table.
  var sightings: [Int: Sighting] = [:]
  /// What `clip_grad_norm_` found, each time it was called before the optimizer.
  public internal(set) var clippings: [NormClipping] = []

  init(stale: [Tensor?]) {
    pages = stale.map { LedgerPage(stale: $0) }
  }
}

/// One parameter's gradient after each stage of one step, in Float64; the last one is the effective gradient.
public struct LedgerPage: Sendable {
  /// `.grad` as the step before left it, if zero_grad was forgotten.
  public let stale: Tensor?
  /// What the backward passes delivered, added up, and how many of them there were.
  private(set) var delivered: Tensor?
  private(set) var deliveries = 0
  /// How `.grad` changed while backward passes were running, by stage, in order of each one's first change.
  private(set) var changes: [(stage: LedgerStage, change: Tensor)] = []
  /// `.grad` when the last of them was through.
  private(set) var accumulated: Tensor?
  /// The gradient after each stage from then on.
  public private(set) var entries: [(stage: LedgerStage, gradient: Tensor)] = []
  /// The number of entries when the optimizer took over.
  private(set) var used: Int?

  init(stale: Tensor?) {
    self.stale = stale?.converted(to: .float64)
  }

  /// The gradient after the last stage so far; nil before the backward passes are through.
  public var last: Tensor? { entries.last?.gradient ?? accumulated }

  mutating func deliver(_ gradient: Tensor, before: Tensor?, after: Tensor) {
    let wide = gradient.converted(to: .float64)
    delivered = delivered.map { $0 + wide } ?? wide
    deliveries += 1
    note(.accumulate, before: before ?? Tensor(zeros: after.shape, dtype: after.dtype), after: after)
  }

  /// `.grad` became another one.
  mutating func note(_ stage: LedgerStage, before: Tensor, after: Tensor) {
    guard accumulated == nil else { return enter(stage, after) }
    let change = after.converted(to: .float64) - before.converted(to: .float64)
    if let place = changes.firstIndex(where: { $0.stage == stage }) {
      changes[place].change = changes[place].change + change
    } else {
      changes.append((stage, change))
    }
  }

  mutating func finishBackward(_ gradient: Tensor?) { accumulated = gradient?.converted(to: .float64) }

  mutating func beginOptimizer() { used = entries.count }

  mutating func enter(_ stage: LedgerStage, _ gradient: Tensor) {
    entries.append((stage, gradient.converted(to: .float64)))
  }

  /// The stages after the optimizer, down to the effective gradient.
  mutating func close(_ record: ParameterRecord, snapshot: SnapshotMode) {
    guard !record.isPending, let last else { return }
    let zeros = Tensor(zeros: last.shape, dtype: .float64)
    if record.isSkipped {
      enter(.skippedStep, zeros)
      return
    }
    if record.lr != record.lrUsed { enter(.lrRead, last.scaled(by: record.lrUsed / record.lr)) }
    if snapshot == .reference { enter(.snapshot, zeros) }
    if record.lr != 0, let last = self.last, !last.isIdentical(to: record.effective) {
      enter(.rounding, record.effective)
    }
  }

  /// A stage that adds a multiple of a tensor to the gradient so far.
  mutating func add(_ stage: LedgerStage, _ tensor: Tensor, times factor: Double) {
    guard let last else { return }
    enter(stage, last.adding(tensor.converted(to: .float64), alpha: factor))
  }
}
