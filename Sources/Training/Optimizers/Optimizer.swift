import Tensors

/// One of torch.optim's update rules for a single parameter.
public protocol Optimizer: Sendable {
  /// The new value of a parameter. `slots` is what the optimizer keeps for it between steps, empty at
  /// first. All tensors have the parameter's shape and dtype.
  func update(_ parameter: Tensor, gradient: Tensor, lr: Double, slots: inout [Tensor]) -> Tensor
}

/// The numbers an optimizer is made from, with torch's names and defaults.
public struct OptimizerSettings: Sendable, Equatable {
  public var momentum = 0.0
  public var dampening = 0.0
  public var nesterov = false
  public var weightDecay = 0.0
  public var maximize = false

  public init() {}
}

/// An optimizer that `set optimizer` knows. To add one: one file, and a line in `all`.
public struct OptimizerKind: Sendable {
  public let name: String
  /// As the title line shows it.
  public let title: String
  public let make: @Sendable (OptimizerSettings) throws(TrainingError) -> any Optimizer

  public static let all: [OptimizerKind] = [.sgd]
}
