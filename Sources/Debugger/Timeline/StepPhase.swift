import Training

/// The parts of an optimizer step, as a strip shows them: every event belongs to one.
public enum StepPhase: String, Sendable, CaseIterable {
  case begin, forward, loss, backward
  case hooks, accumulate
  case allReduce = "all_reduce"
  case unscale, clip, optimizer, scheduler
  case zeroGrad = "zero_grad"
  case end

  public init(of event: StepEvent) {
    switch event {
    case .began: self = .begin
    case .forward: self = .forward
    case .loss: self = .loss
    case .backward: self = .backward
    case .hookFired: self = .hooks
    case .accumulated: self = .accumulate
    case .allReduced: self = .allReduce
    case .unscaled: self = .unscale
    case .clippedNorm, .clippedValue: self = .clip
    case .updated, .skipped: self = .optimizer
    case .scheduled: self = .scheduler
    case .gradientsZeroed: self = .zeroGrad
    case .completed: self = .end
    }
  }

  /// The part that a place of `break at` lies in.
  init(of place: BreakPlace) {
    if let stage = LedgerStage(rawValue: place.name) {
      self = StepPhase(of: stage)
    } else if HookPlacement.all.contains(where: { $0.name == place.name }) {
      self = .hooks
    } else {
      self = place.name == "hook" ? .hooks : StepPhase(rawValue: place.name) ?? .end
    }
  }

  private init(of stage: LedgerStage) {
    switch stage {
    case .capture, .hookTransform: self = .hooks
    case .accumulate, .staleGrad: self = .accumulate
    case .allReduce: self = .allReduce
    case .unscale: self = .unscale
    case .clipNorm, .clipValue: self = .clip
    case .maximize, .weightDecay, .momentum, .preconditioner, .decoupledWeightDecay, .skippedStep: self = .optimizer
    case .lrRead, .snapshot, .rounding: self = .end
    }
  }
}

extension Session {
  /// The parts that a step has under the present settings, in the order in which they begin.
  public var stepPhases: [StepPhase] {
    let settings = configuration.training
    let clips = settings.maxGradNorm != nil || settings.clipValue != nil
    let schedules = settings.scheduler != "constant" || settings.scheduleSettings.warmupSteps > 0
    var phases: [StepPhase] = [.begin, .forward, .loss, .backward]
    if !configuration.hooks.isEmpty { phases.append(.hooks) }
    phases.append(.accumulate)
    if clips, settings.clipWhen == .eachBackward { phases.append(.clip) }
    if settings.replicas > 1 { phases.append(.allReduce) }
    if settings.lossScale != nil { phases.append(.unscale) }
    if clips, settings.clipWhen == .step { phases.append(.clip) }
    if schedules, settings.schedulerOrder == .before { phases.append(.scheduler) }
    phases.append(.optimizer)
    if clips, settings.clipWhen == .afterStep { phases.append(.clip) }
    if schedules, settings.schedulerOrder == .after { phases.append(.scheduler) }
    if settings.zeroGrad { phases.append(.zeroGrad) }
    return phases + [.end]
  }

  /// Which micro-batch of how many is being run, the first one being 1; nil where a step has only one.
  public var microBatch: (number: Int, count: Int)? {
    guard let machine, let current = machine.microBatchInProgress else { return nil }
    let count = machine.plan.settings.gradientAccumulationSteps
    return count > 1 ? (current + 1, count) : nil
  }

  /// The part of the step that the session stands in; nil between two steps.
  public var phase: StepPhase? { isInsideStep ? lastEvent.map { StepPhase(of: $0) } : nil }

  /// The parts in which an enabled breakpoint can stop a run; a watch can do so anywhere and is not among them.
  public var phasesWithBreakpoints: Set<StepPhase> {
    var phases: Set<StepPhase> = []
    for breakpoint in stopList.breakpoints where breakpoint.isEnabled {
      guard case .event(let place, let site) = breakpoint.kind else { continue }
      switch (place, site) {
      case (let place?, _): phases.insert(StepPhase(of: place))
      case (nil, .parameter): phases.formUnion([.hooks, .accumulate, .optimizer])
      case (nil, .module): phases.formUnion([.forward, .hooks])
      case (nil, nil): phases.insert(.end)
      }
    }
    return phases
  }
}
