import Tensors
import Training

/// Whether NaN or inf are about, so that a run is stopped where they come up and not at every event from then on.
struct NonFiniteWatch: Sendable {
  private(set) var isKnown = false
  private var isInThisStep = false

  /// Takes note of one event; true where a run should stop.
  mutating func found(_ isNonFinite: Bool, isCompletion: Bool) -> Bool {
    isInThisStep = isInThisStep || isNonFinite
    let isNew = isNonFinite && !isKnown
    if isNonFinite { isKnown = true }
    if isCompletion {
      isKnown = isInThisStep
      isInThisStep = false
    }
    return isNew
  }
}

extension StepEvent {
  /// What of this event is NaN or inf; nil if all is finite. Under a loss scale, which GradScaler guards, only
  /// weights count. `closely` looks into what passes through the graph, too.
  func nonFinite(isGuarded: Bool, closely: Bool = false) -> String? {
    if case .updated(_, _, let value) = self { return describeNonFinite("the new weight", value) }
    guard !isGuarded else { return nil }
    switch self {
    case .loss(let value, _, _) where !value.isFinite: return "the loss is \(value)"
    case .accumulated(_, let gradient): return describeNonFinite(".grad", gradient)
    case .clippedNorm(let total, _) where !total.isFinite: return "the total norm is \(total): the squares overflow"
    case .forward(_, let output, _, _) where closely: return describeNonFinite("the output", output)
    case .backward(_, let results) where closely:
      return results.lazy.compactMap { $0.flatMap { describeNonFinite("its gradient", $0) } }.first
    case .hookFired(_, _, _, let saw) where closely: return describeNonFinite("what it saw", saw)
    default: return nil
    }
  }
}

private func describeNonFinite(_ what: String, _ tensor: Tensor) -> String? {
  guard !tensor.isFinite, let index = tensor.firstNonFinite else { return nil }
  return "\(what) \(tensor.shape) has \(tensor[index]) at element \(index)"
}

extension Session {
  /// The event of the step in progress that made NaN or inf first.
  struct NonFiniteOrigin {
    let machine: StepMachine
    let event: StepEvent
    /// Its number in the step.
    let number: Int
    let what: String
  }

  /// Takes the step again up to here, looking at everything that passes.
  func nonFiniteOrigin() -> NonFiniteOrigin? {
    guard let plan = machine?.plan, let state else { return nil }
    var again = StepMachine(plan, state)
    for number in 1...max(eventsTaken, 1) {
      guard let event = try? again.next() else { return nil }
      if let what = event.nonFinite(isGuarded: plan.settings.lossScale != nil, closely: true) {
        return NonFiniteOrigin(machine: again, event: event, number: number, what: what)
      }
    }
    return nil
  }
}
