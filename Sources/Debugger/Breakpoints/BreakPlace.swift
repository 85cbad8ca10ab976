import Training

/// A kind of event that `break at` knows: an event's own name, a hook placement, or a stage of the ledger.
/// To add one, add a line to a table below.
public struct BreakPlace: Sendable {
  public let name: String
  public let help: String
  /// Its events are each about one parameter or module.
  var hasSite = false
  let matches: @Sendable (StepEvent, TrainingPlan) -> Bool

  public static let all: [BreakPlace] = events + placements + stages

  public static func find(_ name: String) throws(DebuggerError) -> BreakPlace {
    if let known = all.first(where: { $0.name == name }) { return known }
    let names = all.map(\.name)
    throw DebuggerError(
      "no event '\(name)'" + didYouMean(name, orOneOf: names), word: 0)
  }

  private static let events: [BreakPlace] = [
    BreakPlace(name: "begin", help: "a step begins") { event, _ in if case .began = event { true } else { false } },
    BreakPlace(name: "forward", help: "a module returned", hasSite: true) { event, _ in
      if case .forward = event { true } else { false }
    },
    BreakPlace(name: "loss", help: "the loss function returned") { event, _ in
      if case .loss = event { true } else { false }
    },
    BreakPlace(name: "backward", help: "a node was differentiated") { event, _ in
      if case .backward = event { true } else { false }
    },
    BreakPlace(name: "hook", help: "a hook fired", hasSite: true) { event, _ in
      if case .hookFired = event { true } else { false }
    },
    BreakPlace(name: "optimizer", help: "the optimizer wrote a parameter", hasSite: true) { event, _ in
      if case .updated = event { true } else { false }
    },
    BreakPlace(name: "scheduler", help: "scheduler.step()") { event, _ in
      if case .scheduled = event { true } else { false }
    },
    BreakPlace(name: "zero_grad", help: "gradients were dropped") { event, _ in
      if case .gradientsZeroed = event { true } else { false }
    },
    BreakPlace(name: "step", help: "a step was completed") { event, _ in event.isCompletion },
  ]

  private static let placements: [BreakPlace] = HookPlacement.all.map { placement in
    BreakPlace(name: placement.name, help: "a hook fired that \(placement.call) registered", hasSite: true) {
      event, _ in
      if case .hookFired(_, _, placement.name, _) = event { true } else { false }
    }
  }

  private static let stages: [BreakPlace] = LedgerStage.allCases.map { stage in
    BreakPlace(name: stage.rawValue, help: stage.moment, hasSite: stage.isOfOneParameter) {
      event, plan in
      isStage(stage, event, plan)
    }
  }

  private static func isStage(_ stage: LedgerStage, _ event: StepEvent, _ plan: TrainingPlan) -> Bool {
    switch (stage, event) {
    case (.capture, .hookFired): return true
    case (.hookTransform, .hookFired(let id, _, _, _)):
      return plan.hooks.hooks.contains { $0.id == id && $0.scale != nil }
    case (.accumulate, .accumulated): return true
    case (.staleGrad, .accumulated): return !plan.settings.zeroGrad
    case (.allReduce, .allReduced), (.unscale, .unscaled), (.clipNorm, .clippedNorm), (.clipValue, .clippedValue),
      (.skippedStep, .skipped):
      return true
    case (_, .updated):
      let kind = OptimizerKind.named(plan.settings.optimizer)
      return kind?.stages(plan.settings.optimizerSettings).contains(stage) ?? false
    case (.lrRead, .completed): return plan.settings.lrRead != .used
    case (.snapshot, .completed): return plan.settings.snapshot == .reference
    case (.rounding, .completed): return true
    default: return false
    }
  }
}

extension LedgerStage {
  /// The event that a stage of the ledger shows in.
  fileprivate var moment: String {
    switch self {
    case .capture: "a hook fired"
    case .hookTransform: "a hook fired that changes the gradient"
    case .accumulate: "a backward's gradient was added to .grad"
    case .staleGrad: "a backward's gradient was added to what earlier steps left in .grad"
    case .allReduce: ".grad became the mean over the ranks"
    case .unscale: "GradScaler.unscale_ was called"
    case .clipNorm: "clip_grad_norm_ was called"
    case .clipValue: "clip_grad_value_ was called"
    case .maximize, .weightDecay, .momentum, .preconditioner, .decoupledWeightDecay:
      "the optimizer wrote a parameter, and \(rawValue) is a part of it"
    case .lrRead: "a step was completed, and another lr is read than it used"
    case .snapshot: "a step was completed, and its state dict was not cloned before"
    case .rounding: "a step was completed"
    case .skippedStep: "optimizer.step() was skipped"
    }
  }

  /// The event it shows in is about one parameter; others are about the whole step.
  fileprivate var isOfOneParameter: Bool {
    switch self {
    case .allReduce, .unscale, .clipNorm, .clipValue, .lrRead, .snapshot, .rounding, .skippedStep: false
    default: true
    }
  }
}

extension StepEvent {
  var isCompletion: Bool { if case .completed = self { true } else { false } }

  /// The parameter or module it is about.
  public var site: HookSite? {
    switch self {
    case .forward(let module, _, _, _): .module(module)
    case .hookFired(_, let site, _, _): site
    case .accumulated(let parameter, _), .updated(let parameter, _, _): .parameter(parameter)
    default: nil
    }
  }
}
