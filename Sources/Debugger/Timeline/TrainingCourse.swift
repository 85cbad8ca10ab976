import LoRA
import Models
import Tensors
import Training

/// How a branch was trained, from its last fresh start on: what somebody who trains the same elsewhere has to do.
public struct TrainingCourse: Sendable {
  /// Steps taken one after the other with one set-up.
  public struct Stretch: Sendable {
    /// The number of its first step, counted from 1, and how many there are.
    public let first: Int
    public let count: Int
    public let configuration: Configuration
    public let plan: TrainingPlan
    public let layers: [LoraLayer]
    /// What its first step began with.
    public let start: TrainingState
  }

  public let model: any ModelDefinition
  /// None if no step was taken that way.
  public let stretches: [Stretch]
  /// The parameters begin as the model and its adapter are drawn from the seed; nothing was loaded.
  public let isDrawn: Bool
  /// Steps before the first stretch, taken with parameters that were then replaced.
  public let stepsBefore: Int
  /// Names of parameters that do not begin as the model alone has them, if it was read from files.
  public let replaced: Set<String>
  /// What the session stands at now, if its loss needs no gradient: the adapter is merged, or disabled.
  public let isStuck: Bool
  public let isMerged: Bool
}

/// What steps were taken with, from `first` on.
public struct SetUp: Sendable {
  public let first: Int
  public let configuration: Configuration
}

extension Session {
  /// What the steps of the current branch were taken with.
  public var setUps: [SetUp] {
    records.standings.map { SetUp(first: $0.first + 1, configuration: $0.start.setup.configuration) }
  }

  /// The current branch as a course of training. A session whose adapter is merged or disabled may have no step.
  public func course() throws(DebuggerError) -> TrainingCourse {
    guard let model, let definition = configuration.model, let state else { throw Session.noModel }
    var standings = records.standings
    if standings.isEmpty {
      guard !configuration.isAdapterActive else { throw DebuggerError("no step was taken yet; write: step") }
      var ready = self
      let plan = try ready.readyPlan()
      let setup = Setup(ready.configuration, model, unmergedWeights, plan)
      standings = [(records.base, 0, Branch.Standing(setup: setup, state: state))]
    }
    var fresh = 0
    for index in standings.indices.dropFirst() {
      let (first, _, start) = standings[index]
      if try !continues(start, after: first) { fresh = index }
    }
    let used = standings[fresh...]
    guard let start = used.first else { throw Session.noModel }
    if start.first == records.base, records.base > 0 {
      throw DebuggerError(
        "this branch goes on from a checkpoint, whose optimizer state a script has no place for; "
          + "export before 'load checkpoint', or use .safetensors")
    }
    let stretches = used.compactMap { standing in
      standing.start.setup.plan.map { plan in
        TrainingCourse.Stretch(
          first: standing.first + 1, count: standing.count, configuration: standing.start.setup.configuration,
          plan: plan, layers: standing.start.setup.model.layers, start: standing.start.unmerged)
      }
    }
    let setup = start.start.setup
    let (values, begins) = (setup.model.values, start.start.unmerged.parameters)
    let isDrawn =
      setup.configuration.weights.isEmpty && values.count == begins.count
      && zip(values, begins).allSatisfy { $0.isIdentical(to: $1) }
    return TrainingCourse(
      model: setup.configuration.model ?? definition, stretches: stretches, isDrawn: isDrawn,
      stepsBefore: start.first - records.base, replaced: setup.replacedParameters,
      isStuck: !configuration.isAdapterActive && stepsAhead == 0 && !isInsideStep,
      isMerged: configuration.isMerged)
  }

  /// Whether a stretch begins with the parameters that the step before it left.
  private func continues(_ start: Branch.Standing, after index: Int) throws(DebuggerError) -> Bool {
    let record = try DebuggerError.wrap { () throws(TrainingError) in try records.record(index - records.base) }
    guard let record, record.plan.graph.parameters.map(\.name) == start.setup.model.graph.parameters.map(\.name) else {
      return false
    }
    return record.parameters.allSatisfy { start.state.parameters[$0.parameter].isIdentical(to: $0.after) }
  }
}

extension Branch.Standing {
  /// The state with base weights as they are without an adapter merged into them.
  fileprivate var unmerged: TrainingState {
    var plain = state
    for (parameter, weight) in setup.unmergedWeights { plain.parameters[parameter] = weight }
    return plain
  }
}

extension Setup {
  /// What is trained, what was loaded, and what an adapter's initialization has changed.
  fileprivate var replacedParameters: Set<String> {
    let parameters = model.graph.parameters
    let split = [.pissa, .olora].contains(configuration.lora.initLoraWeights) ? model.layers.map(\.weight) : []
    return Set(parameters.filter(\.requiresGrad).map(\.name)).union(configuration.weights.keys)
      .union(split.map { parameters[$0].name })
  }
}
