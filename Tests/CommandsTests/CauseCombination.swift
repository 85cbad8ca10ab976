import TestSupport
import Training

/// A random set-up made of one to four known causes, and the stages that its ledger must name.
struct CauseCombination: Sendable {
  /// What can stand between a hook and the update.
  enum Cause: CaseIterable {
    case accumulation, laterHook, ownScale, accumulatedScale, stepScale, staleGrad, replicas, lossScale
    case clipNorm, clipValue, clipEachBackward, clipAfterStep, looseClip
    case maximize, weightDecay, momentum, nesterov, adam, adamw, lrRead, loraPlus, snapshot
  }

  /// Where the hook that is explained sits.
  enum Seat: CaseIterable {
    case tensor, tensorFirst, tensorSum, accumulated, stepPre
  }

  let causes: [Cause]
  let seat: Seat
  let micro: Int
  let steps: Int

  init(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var chosen: [Cause] = []
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let candidates = Cause.allCases.filter { cause in
        !chosen.contains(cause) && chosen.allSatisfy { cause.goes(with: $0) && $0.goes(with: cause) }
      }
      if let cause = candidates.randomElement(using: &random) { chosen.append(cause) }
    }
    causes = chosen
    seat = Seat.allCases.randomElement(using: &random) ?? .tensor
    micro = chosen.contains(where: \.needsMicroBatches) ? Int.random(in: 2...4, using: &random) : 1
    // From the second step on everything has a momentum and something stale.
    steps = Int.random(in: 2...4, using: &random)
  }

  private func has(_ cause: Cause) -> Bool { causes.contains(cause) }

  /// The commands before `step`; the hook to explain is number 1.
  var lines: [String] {
    let hook =
      switch seat {
      case .tensor: "hook all"
      case .tensorFirst: "hook all capture=first"
      case .tensorSum: "hook all capture=sum"
      case .accumulated: "hook all at post_accumulate"
      case .stepPre: "hook all at step_pre"
      }
    var lines = ["set dtype float64", "model mlp 5 4 3 tanh", "set r 2", "set init_lora_weights false", "set lr 0.001"]
    if micro > 1 { lines.append("set gradient_accumulation_steps \(micro)") }
    lines += causes.flatMap(\.lines)
    lines.append(hook + (has(.ownScale) ? " scale=3" : ""))
    return lines + causes.flatMap(\.hooks)
  }

  /// The stages from the hook to the weight, in order.
  func stages(isFaster: Bool) -> [LedgerStage] {
    var stages: [LedgerStage] = []
    let seesSingle = seat == .tensor || seat == .tensorFirst
    let isTensor = seesSingle || seat == .tensorSum
    if seesSingle, micro > 1 { stages.append(.capture) }
    if isTensor, has(.ownScale) || has(.laterHook) { stages.append(.hookTransform) }
    if seesSingle, micro > 1 { stages.append(.accumulate) }
    if isTensor, has(.staleGrad) { stages.append(.staleGrad) }
    let transformsGrad = has(.accumulatedScale) || (seat == .accumulated && has(.ownScale))
    if seat != .stepPre {
      if transformsGrad { stages.append(.hookTransform) }
      if has(.clipEachBackward) { stages.append(.clipNorm) }
      if has(.replicas) { stages.append(.allReduce) }
      if has(.lossScale) { stages.append(.unscale) }
      if has(.clipNorm) { stages.append(.clipNorm) }
      if has(.clipValue) { stages.append(.clipValue) }
    }
    if has(.stepScale) || (seat == .stepPre && has(.ownScale)) { stages.append(.hookTransform) }
    if has(.maximize) { stages.append(.maximize) }
    if has(.weightDecay) { stages.append(.weightDecay) }
    if has(.momentum) || has(.nesterov) { stages.append(.momentum) }
    if has(.adam) || has(.adamw) { stages.append(.preconditioner) }
    if has(.adamw) { stages.append(.decoupledWeightDecay) }
    if has(.lrRead) || (has(.loraPlus) && isFaster) { stages.append(.lrRead) }
    if has(.snapshot) { stages.append(.snapshot) }
    // Hooks that follow on each other are one stage.
    return stages.enumerated().filter { $0.offset == 0 || stages[$0.offset - 1] != $0.element }.map(\.element)
  }
}

extension CauseCombination.Cause {
  var needsMicroBatches: Bool { self == .accumulation || self == .clipEachBackward }

  func goes(with other: Self) -> Bool {
    let clips: Set<Self> = [.clipNorm, .clipValue, .clipEachBackward, .clipAfterStep, .looseClip]
    let optimizers: Set<Self> = [.momentum, .nesterov, .adam, .adamw]
    let schedules: Set<Self> = [.lrRead, .loraPlus]
    for family in [optimizers, schedules] where family.contains(self) && family.contains(other) { return false }
    if clips.contains(self), clips.contains(other) { return Set([self, other]) == [.clipNorm, .clipValue] }
    // Both would be one stage of that name, or the same words.
    if Set([self, other]) == [.weightDecay, .adamw] { return false }
    return true
  }

  var lines: [String] {
    switch self {
    case .accumulation: ["set divide_loss off"]
    case .laterHook, .ownScale, .accumulatedScale, .stepScale: []
    case .staleGrad: ["set zero_grad off"]
    case .replicas: ["set replicas 2"]
    case .lossScale: ["set loss_scale 256"]
    case .clipNorm: ["set max_grad_norm 0.001"]
    case .clipValue: ["set clip_value 1e-5"]
    case .clipEachBackward: ["set max_grad_norm 0.001", "set clip_when each_backward"]
    case .clipAfterStep: ["set max_grad_norm 0.001", "set clip_when after_step"]
    case .looseClip: ["set max_grad_norm 1e9"]
    case .maximize: ["set maximize on"]
    case .weightDecay: ["set weight_decay 0.1"]
    case .momentum: ["set momentum 0.9", "set dampening 0.5"]
    case .nesterov: ["set momentum 0.9", "set nesterov on"]
    case .adam: ["set optimizer adam"]
    case .adamw: ["set optimizer adamw", "set weight_decay 0.05"]
    case .lrRead: ["set scheduler step", "set step_size 1", "set gamma 0.5", "set lr_read current"]
    case .loraPlus: ["set loraplus_lr_ratio 16", "set lr_read first_group"]
    case .snapshot: ["set snapshot reference"]
    }
  }

  /// Hooks that are registered after the one to explain.
  var hooks: [String] {
    switch self {
    case .laterHook: ["hook all scale=-2"]
    case .accumulatedScale: ["hook all at post_accumulate scale=0.5"]
    case .stepScale: ["hook all at step_pre scale=4"]
    default: []
    }
  }
}
