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
    // A scheduler that steps first has its say before the optimizer.
    let steps = (state?.schedulerSteps ?? 0) + (settings.schedulerOrder == .before ? 1 : 0)
    return base * settings.schedule.factor(at: steps)
  }
}
