import Tensors

/// What one hook saw of one parameter's gradient over a step, whatever it kept of it.
struct Sighting: Sendable {
  /// All it saw, added up, and how often it fired.
  private(set) var sum: Tensor
  private(set) var count = 1
  private(set) var last: Tensor
  /// How far the parameter's page was when it fired last.
  private(set) var changes: [(stage: LedgerStage, change: Tensor)]
  private(set) var entries: Int

  init(_ saw: Tensor, _ page: LedgerPage) {
    last = saw.converted(to: .float64)
    sum = last
    changes = page.changes
    entries = page.entries.count
  }

  mutating func repeated(_ saw: Tensor, _ page: LedgerPage) {
    var next = Sighting(saw, page)
    next.sum = sum + next.last
    next.count = count + 1
    self = next
  }
}

/// The gradient on its way from a hook to the weight: what the hook kept, then the gradient after each stage that
/// lies between, in Float64. The last one is the effective gradient, once the optimizer has written the weight.
public struct LedgerTrail: Sendable {
  public struct Entry: Sendable {
    public let stage: LedgerStage
    /// The gradient after it.
    public let gradient: Tensor
    /// When in the step it acted, as hooks see it.
    public let moment: HookPlacement.Moment
  }

  public let kept: Tensor
  public private(set) var stages: [Entry] = []

  private init(kept: Tensor) {
    self.kept = kept.converted(to: .float64)
  }

  /// Nil if the hook kept nothing.
  init?(_ page: LedgerPage, _ sighting: Sighting?, _ reading: HookReading, _ hook: Hook) {
    guard let kept = reading.gradient, let sighting else { return nil }
    self.init(kept: kept)
    switch hook.placement.moment {
    case .gradient:
      followBackward(page, sighting, keepsSum: hook.capture == .sum || hook.capture == .all)
      addUpdate(page.entries[...])
    case .accumulated:
      add(.capture, sighting.last)
      followChanges(page, since: sighting.changes)
      addUpdate(page.entries[...])
    case .beforeOptimizer:
      add(.capture, sighting.last)
      addUpdate(page.entries[sighting.entries...])
    case .afterOptimizer:
      let used = page.used ?? page.entries.count
      guard let gradient = used > 0 ? page.entries[used - 1].gradient : page.accumulated else { return nil }
      add(.capture, gradient)
      addUpdate(page.entries[used...])
    case .moduleBackward, .moduleBackwardPre:
      return nil
    }
  }

  private mutating func add(
    _ stage: LedgerStage, _ gradient: Tensor, at moment: HookPlacement.Moment = .gradient
  ) {
    stages.append(Entry(stage: stage, gradient: gradient, moment: moment))
  }

  /// The stages from all-reduce to the weight.
  private mutating func addUpdate(_ entries: ArraySlice<(stage: LedgerStage, gradient: Tensor)>) {
    for entry in entries { add(entry.stage, entry.gradient, at: .beforeOptimizer) }
  }

  /// A tensor hook sees every micro-batch's gradient by itself. What it kept is set against their mean, so that
  /// "the last of k" and "k of them are added up" are told apart; who kept their sum has all of it.
  private mutating func followBackward(_ page: LedgerPage, _ sighting: Sighting, keepsSum: Bool) {
    guard let delivered = page.delivered else { return add(.capture, sighting.last) }
    func share(_ sum: Tensor, _ count: Int) -> Tensor {
      keepsSum || count == 1 ? sum : sum.divided(by: Double(count))
    }
    add(.capture, share(sighting.sum, sighting.count))
    add(.hookTransform, share(delivered, page.deliveries))
    guard let added = page.changes.first(where: { $0.stage == .accumulate })?.change else { return }
    // What a large stale gradient rounds away of the new ones is the stale one's doing.
    add(.accumulate, page.stale == nil ? added : delivered)
    var gradient = added
    if let stale = page.stale {
      gradient = gradient + stale
      add(.staleGrad, gradient)
    }
    for (stage, change) in page.changes where stage != .accumulate {
      gradient = gradient + change
      add(stage, gradient, at: .accumulated)
    }
  }

  /// What was done to `.grad` since a hook on it fired.
  private mutating func followChanges(_ page: LedgerPage, since seen: [(stage: LedgerStage, change: Tensor)]) {
    var gradient = stages.last?.gradient ?? kept
    for (stage, change) in page.changes {
      let before = seen.first { $0.stage == stage }?.change
      gradient = gradient + (before.map { change - $0 } ?? change)
      add(stage, gradient, at: .accumulated)
    }
  }
}

extension StepRecord {
  /// The way of a parameter's gradient from what hook `id` kept; nil if the step was taken without a ledger, the
  /// hook is not on the parameter, or it never fired.
  public func trail(of parameter: Int, hook id: Int) -> LedgerTrail? {
    let site = HookSite.parameter(parameter)
    guard let ledger, let place = plan.trainable.firstIndex(of: parameter),
      let hook = hooks.first(where: { $0.id == id }), let reading = reading(hook: id, site: site),
      let entry = plan.hooks.entry(hook: id, site: site)
    else { return nil }
    return LedgerTrail(ledger.pages[place], ledger.sightings[entry], reading, hook)
  }
}
