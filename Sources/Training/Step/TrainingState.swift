import Tensors

/// All that changes from step to step. It is a value: a copy of it is a checkpoint.
public struct TrainingState: Sendable {
  /// The parameters' values, in the graph's order.
  public var parameters: [Tensor]
  /// `.grad`; nil is torch's None.
  public var gradients: [Tensor?]
  /// What the optimizer keeps for each parameter.
  public var optimizer: [OptimizerState]
  /// Optimizer steps taken.
  public var step = 0
  /// Batches used, over all micro-batches and replicas.
  public var batchesUsed = 0
  /// How often `scheduler.step()` was called.
  public var schedulerSteps = 0
  /// Nil until a loss is scaled for the first time.
  public var scaler: LossScaler?

  public init(parameters: [Tensor]) {
    self.parameters = parameters
    gradients = Array(repeating: nil, count: parameters.count)
    optimizer = Array(repeating: OptimizerState(), count: parameters.count)
  }
}
