import Tensors

/// All that changes from step to step. It is a value: a copy of it is a checkpoint.
public struct TrainingState: Sendable {
  /// The parameters' values, in the graph's order.
  public var parameters: [Tensor]
  /// `.grad`; nil is torch's None.
  public var gradients: [Tensor?]
  /// What the optimizer keeps for each parameter.
  public var optimizerSlots: [[Tensor]]
  /// Optimizer steps taken.
  public var step = 0
  /// Micro-batches used.
  public var batchesUsed = 0

  public init(parameters: [Tensor]) {
    self.parameters = parameters
    gradients = Array(repeating: nil, count: parameters.count)
    optimizerSlots = Array(repeating: [], count: parameters.count)
  }
}
