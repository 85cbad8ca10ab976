import Autograd
import LoRA
import Models
import Tensors
import Training

/// A debugging session: what was asked for, where training stands, and what was observed on the way.
/// It is a value, so that a command works on a copy and a failed one leaves nothing behind.
public struct Session: Sendable {
  public internal(set) var configuration = Configuration()
  var model: BuiltModel?
  var plan: TrainingPlan?
  public internal(set) var state: TrainingState?
  /// Base weights as they were before the adapter was merged into them, by parameter.
  var unmergedWeights: [Int: Tensor] = [:]
  /// What the step in progress, or the last one, was begun with.
  private var setup: Setup?
  /// A step that was begun and not finished.
  var machine: StepMachine?
  /// The last event of that step.
  public internal(set) var lastEvent: StepEvent?
  /// How many events of it there were.
  public internal(set) var eventsTaken = 0
  /// How many events the last whole step had; 0 before the first one.
  public private(set) var eventsOfLastStep = 0
  /// The step that was completed last, or that time travel led to.
  var lastRecord: StepRecord?
  /// Every step that was taken, on all branches.
  public internal(set) var timeline = Timeline()
  let ledgers = LedgerCache()
  public internal(set) var stopList = StopList()
  /// gdb's convenience variables, by name without the dollar sign: values kept to be compared with later ones.
  public internal(set) var variables: [String: Value] = [:]

  public init() {}

  // MARK: What there is to look at

  public var graph: ModuleGraph? { model?.graph }
  public var names: NameTable? { model?.names }
  public var step: Int { state?.step ?? 0 }
  public var isInsideStep: Bool { machine != nil }
  /// Whether the model has so many numbers that a step of it takes its time.
  public var isLarge: Bool { (model?.numbers ?? 0) > 1_000_000 }

  /// The step to look at: the one in progress as far as it got, or the last one.
  public var observed: StepRecord? { machine?.partialRecord ?? lastRecord }

  /// The micro-batch that the next step begins with, counted from 0.
  public var nextBatch: Int? {
    guard let state, let count = configuration.dataset?.count, count > 0 else { return nil }
    return state.batchesUsed % count
  }

  /// The losses of the last steps up to this one, as far as they are at hand.
  public func newestLosses(_ count: Int) -> [Double] {
    timeline.current.suffix(count, upTo: step - timeline.current.base).compactMap(\.loss)
  }

  /// A parameter's value now, inside a step too.
  public func value(of parameter: Int) -> Tensor? {
    (machine?.state ?? state)?.parameters[parameter]
  }

  /// `.grad` now, inside a step too.
  public func gradient(of parameter: Int) -> Tensor? {
    (machine?.state ?? state)?.gradients[parameter]
  }

  /// The hooks as resolved on the model, in order of registration.
  public var hooks: [Hook] {
    guard let model else { return [] }
    return configuration.hooks.compactMap { try? $0.resolved(in: model.graph, model.names) }
  }

  // MARK: Stepping

  /// Advances by one event. Begins a step if none is in progress.
  public mutating func advance() throws(DebuggerError) -> StepEvent {
    let event = try pass()
    if !event.isCompletion { lastEvent = event }
    return event
  }

  /// The same for a run that does not stay at the event: `lastEvent` is not set before the step is over.
  mutating func pass() throws(DebuggerError) -> StepEvent {
    if machine == nil { try begin() }
    let next: StepEvent?
    do throws(TrainingError) {
      next = try machine?.next()
    } catch {
      machine = nil
      lastEvent = nil
      eventsTaken = 0
      throw error == .lossNeedsNoGradient
        ? DebuggerError(error.message + ": " + whyNothingTrains) : DebuggerError(error)
    }
    guard let event = next else { preconditionFailure("a step ended without saying so") }
    eventsTaken += 1
    if case .completed(let record) = event {
      lastEvent = event
      complete(record)
    }
    return event
  }

  private var whyNothingTrains: String {
    if !configuration.usesAdapters { return "the adapter is disabled; write: set adapters on" }
    return configuration.isMerged
      ? "the adapter is merged into the base weights; write: set merged off"
      : "nothing that is trained leads to the loss"
  }

  /// Runs to the end of the step in progress, or through the next one.
  public mutating func completeStep() throws(DebuggerError) -> StepRecord {
    while true {
      if case .completed(let record) = try advance() { return record }
    }
  }

  /// Goes on from a state that was saved.
  mutating func resume(_ saved: TrainingState) {
    state = saved
    timeline.start(Branch(name: timeline.freshName, base: saved.step))
    lastRecord = nil
    lastEvent = nil
    plan = nil
    if let graph {
      for (parameter, value) in zip(graph.parameters, saved.parameters) {
        configuration.weights[parameter.name] = value
      }
    }
  }

  private mutating func begin() throws(DebuggerError) {
    let plan = try readyPlan()
    guard let state else { throw Session.noModel }
    if setup?.plan !== plan, let model { setup = Setup(configuration, model, unmergedWeights, plan) }
    machine = StepMachine(plan, state)
  }

  private mutating func complete(_ record: StepRecord) {
    let isAgain = stepsAhead > 0
    if !isAgain, let state, let setup { timeline.update { $0.append(record, from: state, setup: setup) } }
    state = machine?.takeState()
    machine = nil
    (eventsOfLastStep, eventsTaken) = (eventsTaken, 0)
    lastRecord = record
    if isAgain, let next = timeline.current.takeover(at: step - timeline.current.base) { take(next) }
  }

  /// The plan of the next step; made when it is first needed, so that settings can come in any order.
  mutating func readyPlan() throws(DebuggerError) -> TrainingPlan {
    if let plan { return plan }
    guard let model, let definition = configuration.model else { throw Session.noModel }
    if configuration.dataset == nil { configuration.dataset = try standardData(for: definition) }
    guard let dataset = configuration.dataset else { throw Session.noModel }
    try Session.check(dataset, against: configuration, checkingLabels: true)
    var hooks: [Hook] = []
    for request in configuration.hooks { hooks.append(try request.resolved(in: model.graph, model.names)) }
    var settings = configuration.training
    settings.seed = configuration.seed
    let made = try DebuggerError.wrap { () throws(TrainingError) in
      try TrainingPlan(
        graph: model.graph, dataset: dataset.converted(to: configuration.dtype), loss: configuration.loss,
        hooks: hooks, settings: settings)
    }
    plan = made
    return made
  }

  /// What the next step is taken on if no data is chosen.
  public func standardData(for model: any ModelDefinition) throws(DebuggerError) -> Dataset {
    try DataKind.standard(for: model, configuration.loss).make(DataRequest(), model).0
  }

  static let noModel = DebuggerError("no model yet; write for example: model linear 16 16")
}
