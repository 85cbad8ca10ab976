import Training

extension Session {
  /// What the next loss is multiplied with; nil if it is not scaled.
  public var lossScale: Double? {
    configuration.training.lossScaler(after: state?.scaler)?.scale
  }

  /// The learning rate of the next step; of a parameter's group, by its name in the state dict, or without LoRA+.
  public func currentLR(ofParameter name: String? = nil) -> Double {
    let settings = configuration.training
    let base = name.map { settings.baseLR(ofParameter: $0) } ?? settings.lr
    return base * settings.schedule.factor(at: schedulerSteps(beforeStep: step + 1))
  }

  /// What the learning rate of a step is by the present settings, without LoRA+; steps count from 1.
  public func plannedLR(ofStep number: Int) -> Double {
    let settings = configuration.training
    return settings.lr * settings.schedule.factor(at: max(0, schedulerSteps(beforeStep: number)))
  }

  /// How often the scheduler will have stepped when the optimizer takes a step.
  private func schedulerSteps(beforeStep number: Int) -> Int {
    // A scheduler that steps first has its say before the optimizer.
    let first = configuration.training.schedulerOrder == .before ? 1 : 0
    return (state?.schedulerSteps ?? 0) + number - step - 1 + first
  }
}
