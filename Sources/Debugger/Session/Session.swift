import Autograd
import LoRA
import Models
import Tensors
import Training

/// A debugging session: what was asked for, where training stands, and what was observed on the way.
/// It is a value, so that a command works on a copy and a failed one leaves nothing behind.
public struct Session: Sendable {
  public private(set) var configuration = Configuration()
  var model: BuiltModel?
  private var plan: TrainingPlan?
  public internal(set) var state: TrainingState?
  /// Base weights as they were before the adapter was merged into them, by parameter.
  var unmergedWeights: [Int: Tensor] = [:]
  /// A step that was begun and not finished.
  private var machine: StepMachine?
  /// The last event of that step.
  public private(set) var lastEvent: StepEvent?
  /// Every step of the current branch.
  public private(set) var records = RecordLog()

  public init() {}

  // MARK: What there is to look at

  public var graph: ModuleGraph? { model?.graph }
  public var names: NameTable? { model?.names }
  public var step: Int { state?.step ?? 0 }
  public var isInsideStep: Bool { machine != nil }

  /// The step to look at: the one in progress as far as it got, or the last one.
  public var observed: StepRecord? { machine?.partialRecord ?? records.last }

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
    if machine == nil { try begin() }
    do throws(TrainingError) {
      if let event = try machine?.next() {
        lastEvent = event
        if case .completed(let record) = event { complete(record) }
        return event
      }
    } catch {
      machine = nil
      lastEvent = nil
      throw error == .lossNeedsNoGradient
        ? DebuggerError(error.message + ": " + whyNothingTrains) : DebuggerError(error)
    }
    preconditionFailure("a step ended without saying so")
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
    records = RecordLog()
    lastEvent = nil
    if let graph {
      for (parameter, value) in zip(graph.parameters, saved.parameters) {
        configuration.weights[parameter.name] = value
      }
    }
  }

  private mutating func begin() throws(DebuggerError) {
    let plan = try readyPlan()
    guard let state else { throw Session.noModel }
    machine = StepMachine(plan, state)
  }

  private mutating func complete(_ record: StepRecord) {
    if let state { records.append(record, from: state) }
    state = machine?.state
    machine = nil
  }

  /// The plan of the next step; made when it is first needed, so that settings can come in any order.
  private mutating func readyPlan() throws(DebuggerError) -> TrainingPlan {
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
    try DrawnData.standard(for: model, configuration.loss).draw(DataOptions(), model)
  }

  static let noModel = DebuggerError("no model yet; write for example: model linear 16 16")

  // MARK: Changing what was asked for

  /// Changes the configuration and everything that follows from it, or nothing.
  /// Returns what the user should know about the consequences.
  public mutating func configure(
    _ change: (inout Configuration) throws(DebuggerError) -> Void
  ) throws(DebuggerError) -> [String] {
    var changed = configuration
    try change(&changed)
    let hadData = configuration.dataset != nil && changed.modelIsNew
    var notes: [String] = []
    let isLossChosen = changed.loss.words != configuration.loss.words
    matchLossToData(&changed, &notes)
    try rebuild(&changed, &notes)
    if let dataset = changed.dataset {
      do {
        if dataset.words != configuration.dataset?.words, let model = changed.model, let input = dataset.inputs.first,
          let caution = changed.loss.caution(output: model.output(of: input.shape), target: dataset.targets[0])
        {
          notes.append("warning: " + caution)
        }
        try Session.check(
          dataset, against: changed, checkingLabels: isLossChosen)
      } catch {
        // New data that does not fit is refused; old data gives way to a new model.
        guard hadData, changed.dataset?.words == configuration.dataset?.words else { throw error }
        changed.dataset = nil
        notes.append("the data no longer fits the model and was dropped")
      }
    }
    configuration = changed
    plan = nil
    return notes
  }

  private mutating func rebuild(_ changed: inout Configuration, _ notes: inout [String]) throws(DebuggerError) {
    guard let definition = changed.model else { return }
    let isNewModel = changed.modelIsNew || model == nil
    let isNewStart = isNewModel || !changed.initializesLike(configuration) || changed.weightsAreNew
    let isAdapterSwitched =
      changed.isMerged != configuration.isMerged || changed.usesAdapters != configuration.usesAdapters
    if isInsideStep && !isNewModel && (isNewStart || isAdapterSwitched || changed.lora != configuration.lora) {
      throw DebuggerError("a step is in progress; finish it first (finish), then change the model")
    }
    let built = try BuiltModel(definition, changed)
    // PEFT's default of 8 is no choice of the user's: it is mostly set to something else next.
    let isRankChosen = changed.lora.r != configuration.lora.r || (isNewModel && changed.lora.r != LoraConfig().r)
    if isRankChosen, let warning = built.rankWarning { notes.append("warning: " + warning) }
    if let name = built.unmatchedTargets.first, changed.lora.targetModules != configuration.lora.targetModules {
      notes.append("warning: target_modules: no module is called '\(name)'; PEFT passes over it too")
    }
    if !changed.isAdapterActive, built.layers.isEmpty {
      throw DebuggerError(
        "there is no adapter to \(changed.isMerged ? "merge" : "disable"): target_modules is none")
    }
    try dropLostHooks(&changed, built, &notes)
    let taken = step
    if isNewModel {
      if taken > 0 || isInsideStep { notes.append("a new model: training starts again, without hooks") }
      machine = nil
      state = TrainingState(parameters: built.values)
      records = RecordLog()
      lastEvent = nil
    } else if taken == 0, !isInsideStep {
      state = TrainingState(parameters: built.values)
    } else if isNewStart {
      // Steps were taken: what was observed stays, the parameters start afresh from here.
      var fresh = TrainingState(parameters: built.values)
      fresh.step = taken
      fresh.batchesUsed = state?.batchesUsed ?? 0
      state = fresh
      notes.append(
        changed.weightsAreNew ? "weights loaded at step \(taken)" : "the adapter was re-initialized at step \(taken)")
    } else if taken > 0, changed.training.optimizer != configuration.training.optimizer,
      let count = state?.parameters.count
    {
      state?.optimizer = Array(repeating: OptimizerState(), count: count)
      notes.append("a new optimizer starts without what the old one had gathered")
    }
    if changed.training.lossScale != configuration.training.lossScale { state?.scaler = nil }
    if changed.dtype == .float16, changed.training.lossScale != nil,
      configuration.dtype != .float16 || configuration.training.lossScale == nil
    {
      notes.append(
        "torch.amp.GradScaler refuses this (\"Attempting to unscale FP16 gradients.\"): it expects float32 weights; "
          + "here the gradients are unscaled all the same, as a loop without it would do")
    }
    followMerge(changed, built, isFresh: isNewStart || (taken == 0 && !isInsideStep), isSwitched: isAdapterSwitched)
    if isNewStart, !built.unusedWeights.isEmpty {
      for name in built.unusedWeights { changed.weights[name] = nil }
      notes.append(
        "loaded weights that no longer fit were dropped: " + built.unusedWeights.prefix(4).joined(separator: ", ")
          + (built.unusedWeights.count > 4 ? ", ..." : ""))
    }
    if taken > 0, !isNewStart { notes += consequences(of: changed, at: taken) }
    changed.weightsAreNew = false
    changed.modelIsNew = false
    model = built
  }

  /// What a change in the middle of training means for the steps to come.
  private func consequences(of changed: Configuration, at step: Int) -> [String] {
    var notes: [String] = []
    if changed.training.lr != configuration.training.lr {
      notes.append("lr \(formatNumber(changed.training.lr)) from step \(step + 1) on")
    }
    if changed.lora.scaling != configuration.lora.scaling {
      notes.append("scaling \(shortNumber(changed.lora.scaling)) from step \(step + 1) on; A and B are kept")
    }
    return notes
  }

  private func dropLostHooks(
    _ changed: inout Configuration, _ built: BuiltModel, _ notes: inout [String]
  ) throws(DebuggerError) {
    var kept: [HookRequest] = []
    for request in changed.hooks {
      do {
        _ = try request.resolved(in: built.graph, built.names)
        kept.append(request)
      } catch {
        // A hook that is being asked for now must work; one from before may have lost its target.
        guard configuration.hooks.contains(where: { $0.id == request.id }) else { throw error }
        notes.append("hook \(request.id) was removed: " + error.message)
      }
    }
    changed.hooks = kept
  }
}
