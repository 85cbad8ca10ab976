/// `torch.amp.GradScaler` with its defaults: halves the scale after a skipped step, doubles it after 2000
/// others in a row.
public struct LossScaler: Sendable, Equatable {
  /// A float32, as in torch.
  public private(set) var scale: Double
  public private(set) var goodSteps = 0

  private static let growthInterval = 2000
  private static let growth = 2.0
  private static let backoff = 0.5

  public init(scale: Double) {
    self.scale = Double(Float(scale))
  }

  /// What gradients are multiplied with: `scale.double().reciprocal().float()`.
  var inverse: Double { Double(Float(1 / scale)) }

  /// `scaler.update()`.
  mutating func update(foundInf: Bool) {
    if foundInf {
      scale *= LossScaler.backoff
      goodSteps = 0
      return
    }
    goodSteps += 1
    if goodSteps == LossScaler.growthInterval {
      scale *= LossScaler.growth
      goodSteps = 0
    }
  }

  /// A scaler as it was saved.
  public init(scale: Double, goodSteps: Int) {
    self.scale = scale
    self.goodSteps = goodSteps
  }
}

extension TrainingSettings {
  /// The scaler of the next loss, `last` being the one of the loss before; nil if losses are not scaled.
  public func lossScaler(after last: LossScaler?) -> LossScaler? {
    lossScale.map { last ?? LossScaler(scale: $0) }
  }
}
