import LoRA
import Tensors
import Training

/// Why what a hook kept of a parameter's gradient differs from what was applied: stage by stage, with numbers.
public struct Explanation: Sendable {
  /// One stage between hook and weight.
  public struct Stage: Sendable {
    public let stage: LedgerStage
    /// <h, after>/<h, before>: all of them multiply to c. Nil where it is 0/0.
    public let factor: Double?
    /// cos(h, gradient after the stage).
    public let cosine: Double?
    /// The norm of the gradient after it.
    public let norm: Double
    /// What it adds to e - c h: the part of its change that is orthogonal to h, in Float64. Nil without an h.
    public let residual: Tensor?
    /// Where the number comes from.
    public let note: String
    /// Whether it changed anything worth telling.
    public let acted: Bool
  }

  public let step: Int
  /// The parameter's name in the state dict.
  public let parameter: String
  /// The hook that is compared; nil if there is none.
  public let hook: Hook?
  public let comparison: Comparison
  /// The norm of what the hook kept.
  public let keptNorm: Double?
  /// Every stage that the gradient passed, in order.
  public let stages: [Stage]
  /// The cause in one sentence.
  public let cause: String
  /// PyTorch lines to write instead.
  public let advice: [String]

  public var actingStages: [Stage] { stages.filter(\.acted) }
}

extension Session {
  /// Explains the observed step for one parameter and one of its hooks, the first one if none is named.
  public func explain(_ parameter: Int, hook id: Int? = nil) throws(DebuggerError) -> Explanation {
    guard let record = try observedWithLedger() else {
      throw DebuggerError("no step was taken yet; write: step")
    }
    let name = record.plan.graph.parameters[parameter].name
    guard let found = record.record(of: parameter) else {
      throw DebuggerError("\(name) is frozen: no gradient is computed for it and the step does not change it")
    }
    let site = HookSite.parameter(parameter)
    guard let id = id ?? found.hook, let hook = record.hooks.first(where: { $0.id == id }),
      let reading = record.reading(hook: id, site: site)
    else {
      if let id { throw DebuggerError("hook \(id) is not on \(name)") }
      return Explanation(unseen: found, name, record)
    }
    let comparison = found.comparison(with: reading)
    let context = ExplanationContext(
      record: record, parameter: found, hook: hook, reading: reading, comparison: comparison,
      layer: layer(of: parameter, in: record))
    return Explanation(context, record.trail(of: parameter, hook: id))
  }

  /// The adapted Linear that a parameter belongs to.
  private func layer(of parameter: Int, in record: StepRecord) -> LoraLayer? {
    fits(record) ? model?.layers.first { $0.owns(parameter) } : nil
  }
}

/// All that a sentence about a stage may need.
struct ExplanationContext {
  let record: StepRecord
  let parameter: ParameterRecord
  let hook: Hook
  let reading: HookReading
  let comparison: Comparison
  let layer: LoraLayer?

  var settings: TrainingSettings { record.plan.settings }
  var name: String { NameTable.short(record.plan.graph.parameters[parameter.parameter].name) }
}

extension Explanation {
  /// No hook to explain.
  fileprivate init(unseen found: ParameterRecord, _ name: String, _ record: StepRecord) {
    (step, parameter, hook, comparison) = (record.step, name, nil, found.comparison)
    (keptNorm, stages) = (nil, [])
    cause = "No hook is on this parameter, so there is nothing to compare the update with."
    advice = ["p.register_hook(lambda g: seen.append(g.clone()))", "# here: hook \(NameTable.short(name))"]
  }

  init(_ context: ExplanationContext, _ trail: LedgerTrail?) {
    step = context.record.step
    parameter = context.record.plan.graph.parameters[context.parameter.parameter].name
    hook = context.hook
    comparison = context.comparison
    keptNorm = trail?.kept.norm
    stages = trail.map { Explanation.stages($0, context) } ?? []
    let acting = stages.filter(\.acted).map(\.stage)
    cause = CauseText.sentence(context, stages.filter(\.acted))
    advice = CauseText.advice(context, acting)
  }

  /// A stage before its numbers.
  private struct Link {
    let stage: LedgerStage
    let change: StageChange
    let acted: Bool
  }

  private static func stages(_ trail: LedgerTrail, _ context: ExplanationContext) -> [Stage] {
    var links: [Link] = []
    var last = trail.kept
    for entry in trail.stages {
      let (stage, after) = (entry.stage, entry.gradient)
      var (before, moments) = (last, [entry.moment])
      let acted = acted(stage, before, after, seen: trail.kept, context)
      // Hooks that transform one after the other, with nothing done between, are one stage.
      if acted, let place = links.lastIndex(where: \.acted), links[place].stage == stage {
        let earlier = links.remove(at: place).change
        (before, moments) = (earlier.before, earlier.moments + moments)
      }
      links.append(
        Link(stage: stage, change: StageChange(before: before, after: after, moments: moments), acted: acted))
      last = after
    }
    return links.map { self.stage($0, trail.kept, context) }
  }

  private static func stage(_ link: Link, _ h: Tensor, _ context: ExplanationContext) -> Stage {
    let (before, after) = (link.change.before, link.change.after)
    // A slot may hold another parameter's gradient: with other shapes there is no product to take.
    let fits = h.shape == after.shape
    let hh = h.squaredNorm
    let (from, to) = fits ? (h.dot(before), h.dot(after)) : (0, 0)
    let change = before.shape == after.shape ? after - before : after
    let norm = after.norm
    let (ratio, cosine) = (to / from, to / (hh.squareRoot() * norm))
    return Stage(
      stage: link.stage, factor: ratio.isFinite ? ratio : nil, cosine: fits && cosine.isFinite ? cosine : nil,
      norm: norm,
      residual: fits && hh > 0 ? change.adding(h, alpha: -(to - from) / hh) : nil,
      note: StageText.of(link.stage).note(context, link.change), acted: link.acted)
  }

  /// Whether a stage changed the gradient by more than the rounding of the stage itself.
  private static func acted(
    _ stage: LedgerStage, _ before: Tensor, _ after: Tensor, seen h: Tensor, _ context: ExplanationContext
  ) -> Bool {
    guard stage != .skippedStep else { return true }
    guard before.shape == after.shape else { return true }
    let (change, size) = ((after - before).norm, max(before.norm, after.norm))
    guard change.isFinite, size.isFinite else { return !before.isIdentical(to: after) }
    let dtype = context.parameter.before.dtype
    let epsilon = dtype.epsilon
    // What changes the factor is told, so that those listed multiply to c.
    if stage == .rounding, h.shape == after.shape, abs(h.dot(after) - h.dot(before)) > 1e-3 * abs(h.dot(before)) {
      return true
    }
    let tolerance =
      switch stage {
      // Sums of gradients are rounded to the dtype, by the hook or in .grad, in whatever order.
      case .capture, .accumulate, .staleGrad, .allReduce: max(1e-12, 4 * epsilon)
      // Below one part in a hundred it is what every step has; in float64 factors are asked for to more digits.
      case .rounding: dtype == .float64 ? 1e-7 : 1e-2
      default: 1e-13
      }
    return change > tolerance * size
  }
}
