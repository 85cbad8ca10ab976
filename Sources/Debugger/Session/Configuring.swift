import LoRA
import Tensors
import Training

// Changing what was asked for.

extension Session {
  /// Changes the configuration and everything that follows from it. Returns what the user should know about the
  /// consequences. After an error the session is to be thrown away: commands work on a copy.
  public mutating func configure(
    _ change: (inout Configuration) throws(DebuggerError) -> Void
  ) throws(DebuggerError) -> [String] {
    var changed = configuration
    try change(&changed)
    var notes: [String] = []
    let isLossChosen = changed.loss.words != configuration.loss.words
    matchLossToData(&changed, &notes)
    try followModel(&changed, &notes)
    try checkData(&changed, isLossChosen: isLossChosen, &notes)
    if stepsAhead > 0 {
      let (old, ahead) = (timeline.current.name, stepsAhead)
      try startBranch()
      notes.append(
        "a change in the past: this is branch \(timeline.current.name) from step \(step) on; \(old) keeps its "
          + "\(counted(ahead, "step")) ahead (branch \(old))")
    }
    configuration = changed
    plan = nil
    return notes
  }

  /// What in a change the model and the training state depend on.
  private struct Consequence {
    let isNewModel: Bool
    /// The parameters are drawn or loaded anew.
    let isNewStart: Bool
    let isAdapterSwitched: Bool
    let isModelChanged: Bool

    init(_ changed: Configuration, _ old: Configuration, hasModel: Bool) {
      isNewModel = changed.modelIsNew || !hasModel
      isNewStart = isNewModel || !changed.initializesLike(old) || changed.weightsAreNew
      isAdapterSwitched = changed.isMerged != old.isMerged || changed.usesAdapters != old.usesAdapters
      isModelChanged = isNewStart || isAdapterSwitched || changed.lora != old.lora
    }
  }

  private mutating func followModel(_ changed: inout Configuration, _ notes: inout [String]) throws(DebuggerError) {
    guard let definition = changed.model else { return }
    let consequence = Consequence(changed, configuration, hasModel: model != nil)
    if isInsideStep && !consequence.isNewModel && consequence.isModelChanged {
      throw DebuggerError("a step is in progress; finish it first (finish), then change the model")
    }
    var built: BuiltModel
    if let model, !consequence.isModelChanged {
      built = model
    } else {
      built = try BuiltModel(definition, changed, after: consequence.isNewModel ? nil : model)
    }
    try warn(of: built, changed, consequence, &notes)
    try dropLostHooks(&changed, built, &notes)
    let isFresh = consequence.isNewStart || (step == 0 && !isInsideStep)
    placeState(built, changed, consequence, &notes)
    followMerge(changed, built, isFresh: isFresh, isSwitched: consequence.isAdapterSwitched)
    if consequence.isNewStart, !built.unusedWeights.isEmpty {
      for name in built.unusedWeights { changed.weights[name] = nil }
      notes.append(
        "loaded weights that no longer fit were dropped: " + built.unusedWeights.prefix(4).joined(separator: ", ")
          + (built.unusedWeights.count > 4 ? ", ..." : ""))
    }
    changed.weightsAreNew = false
    changed.modelIsNew = false
    model = built
  }

  private func warn(
    of built: BuiltModel, _ changed: Configuration, _ consequence: Consequence, _ notes: inout [String]
  ) throws(DebuggerError) {
    // PEFT's default of 8 is no choice of the user's: it is mostly set to something else next.
    let isRankChosen =
      changed.lora.r != configuration.lora.r || (consequence.isNewModel && changed.lora.r != LoraConfig().r)
    if isRankChosen, let warning = built.rankWarning { notes.append("warning: " + warning) }
    if let name = built.unmatchedTargets.first, changed.lora.targetModules != configuration.lora.targetModules {
      notes.append("warning: target_modules: no module is called \(quoted(name)); PEFT passes over it too")
    }
    if !changed.isAdapterActive, built.layers.isEmpty {
      throw DebuggerError(
        "there is no adapter to \(changed.isMerged ? "merge" : "disable"): target_modules is none")
    }
    if changed.dtype == .float16, changed.training.lossScale != nil,
      configuration.dtype != .float16 || configuration.training.lossScale == nil
    {
      notes.append(
        "torch.amp.GradScaler refuses this (\"Attempting to unscale FP16 gradients.\"): it expects float32 weights; "
          + "here the gradients are unscaled all the same, as a loop without it would do")
    }
  }

  /// Parameters, optimizer and counters as they are after the change.
  private mutating func placeState(
    _ built: BuiltModel, _ changed: Configuration, _ consequence: Consequence, _ notes: inout [String]
  ) {
    let taken = step
    if consequence.isNewModel {
      if taken > 0 || isInsideStep { notes.append("a new model: training starts again, without hooks") }
      machine = nil
      state = TrainingState(parameters: built.values)
      timeline = Timeline()
      lastRecord = nil
      lastEvent = nil
      eventsTaken = 0
      return
    }
    if taken == 0, !isInsideStep {
      state = TrainingState(parameters: built.values)
    } else if consequence.isNewStart, let old = state {
      // Steps were taken: what was observed stays, the parameters start afresh from here.
      var fresh = TrainingState(parameters: built.values)
      (fresh.step, fresh.batchesUsed) = (taken, old.batchesUsed)
      (fresh.schedulerSteps, fresh.scaler) = (old.schedulerSteps, old.scaler)
      state = fresh
      notes.append(
        changed.weightsAreNew ? "weights loaded at step \(taken)" : "the adapter was re-initialized at step \(taken)")
    } else if taken > 0, changed.training.optimizer != configuration.training.optimizer, let old = state {
      state?.optimizer = Array(repeating: OptimizerState(), count: old.parameters.count)
      notes.append("a new optimizer starts without what the old one had gathered")
    }
    if changed.training.lossScale != configuration.training.lossScale { state?.scaler = nil }
    guard taken > 0, !consequence.isNewStart else { return }
    if changed.training.lr != configuration.training.lr {
      notes.append("lr \(formatNumber(changed.training.lr)) from step \(taken + 1) on")
    }
    if changed.lora.scaling != configuration.lora.scaling {
      notes.append("scaling \(shortNumber(changed.lora.scaling)) from step \(taken + 1) on; A and B are kept")
    }
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
