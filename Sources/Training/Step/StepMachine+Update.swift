import Tensors

// The second half of a step: from accumulated gradients to new weights.

extension StepMachine {
  mutating func runUpdate() -> StepEvent? {
    let settings = plan.settings
    switch phase {
    case .allReduce:
      phase = .unscale
      return allReduce()
    case .unscale:
      phase = .clipNorm
      return unscale()
    case .clipNorm:
      phase = .clipValue
      return settings.clipWhen == .step ? clipNorm() : nil
    case .clipValue:
      phase = .scheduleBefore
      return settings.clipWhen == .step ? clipValue() : nil
    case .scheduleBefore:
      phase = .beforeOptimizer
      return settings.schedulerOrder == .before ? stepScheduler() : nil
    case .beforeOptimizer:
      factorUsed = plan.schedule.factor(at: state.schedulerSteps)
      lrsUsed = plan.lrs(times: factorUsed)
      if isSkipped {
        gradientsUsed = plan.trainable.map { state.gradients[$0] }
        phase = .clipNormAfter
        return .skipped
      }
      waiting = plan.hooks.beforeOptimizer.reversed()
      phase = .optimizer(0)
      return nil
    case .optimizer(let place):
      return update(place)
    case .afterOptimizer:
      waiting = plan.hooks.afterOptimizer.reversed()
      phase = .clipNormAfter
      return nil
    case .clipNormAfter:
      phase = .clipValueAfter
      return settings.clipWhen == .afterStep ? clipNorm() : nil
    case .clipValueAfter:
      phase = .scheduleAfter
      return settings.clipWhen == .afterStep ? clipValue() : nil
    default:
      phase = .record
      if lossScale != nil { state.scaler?.update(foundInf: isSkipped) }
      return settings.schedulerOrder == .after ? stepScheduler() : nil
    }
  }

  /// What the loss is multiplied with in this step; nil if it is not scaled.
  var lossScale: Double? {
    plan.settings.lossScaler(after: state.scaler)?.scale
  }

  /// DistributedDataParallel: every rank's `.grad` becomes the mean over all.
  private mutating func allReduce() -> StepEvent? {
    let count = plan.settings.replicas
    guard count > 1 else { return nil }
    // Each rank scales its gradients before they are added up.
    let share = 1 / Double(count)
    for parameter in plan.trainable {
      guard let own = state.gradients[parameter] else { continue }
      var sum = own.scaled(by: share)
      for gradients in gradientsOfReplicas {
        if let gradient = gradients[parameter] { sum = sum + gradient.scaled(by: share) }
      }
      replaceGradient(of: parameter, by: sum, .allReduce)
    }
    return .allReduced(replicas: count)
  }

  /// `scaler.unscale_(optimizer)`.
  private mutating func unscale() -> StepEvent? {
    guard let scaler = plan.settings.lossScaler(after: state.scaler) else { return nil }
    state.scaler = scaler
    isSkipped = plan.trainable.contains { state.gradients[$0]?.firstNonFinite != nil }
    changeGradients(.unscale) { $0.scaled(by: scaler.inverse) }
    return .unscaled(scale: scaler.scale, foundInf: isSkipped)
  }

  mutating func clipNorm() -> StepEvent? {
    guard let maxNorm = plan.settings.maxGradNorm else { return nil }
    let gradients = plan.trainable.compactMap { self[gradient: $0] }
    guard let dtype = gradients.first?.dtype else { return nil }
    let outcome = NormClipping(gradients, maxNorm: maxNorm, dtype: dtype)
    changeGradients(.clipNorm) { $0.scaled(by: outcome.coefficient) }
    if replica == 0 {
      clipping = outcome
      if !isOver { ledger?.clippings.append(outcome) }
    }
    return .clippedNorm(totalNorm: outcome.totalNorm, coefficient: outcome.coefficient)
  }

  mutating func clipValue() -> StepEvent? {
    guard let bound = plan.settings.clipValue else { return nil }
    changeGradients(.clipValue) { $0.clamped(to: bound) }
    return .clippedValue(bound: bound)
  }

  private mutating func stepScheduler() -> StepEvent? {
    state.schedulerSteps += 1
    // Without a schedule there is nothing to tell.
    let settings = plan.settings.scheduleSettings
    if plan.settings.scheduler == "constant", settings.warmupSteps == 0 { return nil }
    return .scheduled(factor: plan.schedule.factor(at: state.schedulerSteps))
  }

  private mutating func update(_ place: Int) -> StepEvent? {
    guard place < plan.trainable.count else {
      phase = .afterOptimizer
      return nil
    }
    phase = .optimizer(place + 1)
    let parameter = plan.trainable[place]
    // As in torch, a parameter without a gradient is passed over: no decay, no momentum.
    guard let gradient = state.gradients[parameter] else { return nil }
    let lr = lrsUsed[place]
    gradientsUsed[place] = gradient
    var page = ledger?.pages[place]
    page?.beginOptimizer()
    let value = plan.optimizer.update(
      state.parameters[parameter], gradient: gradient, lr: lr, state: &state.optimizer[parameter], ledger: &page)
    state.parameters[parameter] = value
    if let page { ledger?.pages[place] = page }
    return .updated(parameter: parameter, lr: lr, value: value)
  }

  /// Whether the optimizer is through, so that nothing done to `.grad` counts any more.
  var isOver: Bool {
    switch phase {
    case .clipNormAfter, .clipValueAfter, .scheduleAfter, .record, .zeroGrad, .completed, .finished: true
    default: false
    }
  }

  /// Whether the optimizer has passed a trainable parameter.
  func isWritten(_ place: Int) -> Bool {
    switch phase {
    case .optimizer(let next): place < next
    case .afterOptimizer: true
    default: isOver
    }
  }
}
