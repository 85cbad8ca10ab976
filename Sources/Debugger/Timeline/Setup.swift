import Tensors
import Training

/// Everything that steps are taken with, but for the training state: what going back in time brings back.
final class Setup: Sendable {
  let configuration: Configuration
  let model: BuiltModel
  let unmergedWeights: [Int: Tensor]
  /// Nil if no step was taken with it.
  let plan: TrainingPlan?

  init(_ configuration: Configuration, _ model: BuiltModel, _ unmergedWeights: [Int: Tensor], _ plan: TrainingPlan?) {
    self.configuration = configuration
    self.model = model
    self.unmergedWeights = unmergedWeights
    self.plan = plan
  }
}

extension TrainingPlan {
  /// What one copy of everything that is trained takes, in bytes.
  func trainableBytes(_ state: TrainingState) -> Int {
    trainable.reduce(0) { $0 + state.parameters[$1].count * state.parameters[$1].dtype.size }
  }
}
