import Tensors

/// One of torch.optim's update rules for a single parameter.
public protocol Optimizer: Sendable {
  /// The new value of a parameter. `state` is what the optimizer keeps for it between steps. All tensors have the
  /// parameter's shape and dtype. Every stage between .grad and the update is told to the ledger.
  func update(
    _ parameter: Tensor, gradient: Tensor, lr: Double, state: inout OptimizerState, ledger: inout LedgerPage?
  ) -> Tensor
}

/// What an optimizer keeps for one parameter (`optimizer.state[p]`).
public struct OptimizerState: Sendable {
  /// The buffers, in an order of the optimizer's own; empty at first.
  public var buffers: [Tensor] = []
  /// Updates so far.
  public var steps = 0

  public init() {}
}

/// The numbers an optimizer is made from, with torch's names and defaults.
public struct OptimizerSettings: Sendable, Equatable {
  public var momentum = 0.0
  public var dampening = 0.0
  public var nesterov = false
  /// Nil is the optimizer's own default.
  public var weightDecay: Double?
  public var maximize = false
  public var betas = [0.9, 0.999]
  public var eps = 1e-8
  public var amsgrad = false

  public init() {}

  /// The stages that are there only if a setting asks for them.
  func stages(defaultDecay: Double, decay: LedgerStage, _ others: [LedgerStage]) -> [LedgerStage] {
    (maximize ? [.maximize] : []) + ((weightDecay ?? defaultDecay) != 0 ? [decay] : []) + others
  }
}

/// An optimizer that `set optimizer` knows. To add one: one file, and a line in `all`.
public struct OptimizerKind: Sendable {
  public let name: String
  /// As the title line shows it.
  public let title: String
  /// Its weight_decay where none is set.
  public let weightDecay: Double
  /// The settings it reads, by name.
  public let settings: [String]
  /// The stages of the ledger that an update goes through.
  public let stages: @Sendable (OptimizerSettings) -> [LedgerStage]
  public let make: @Sendable (OptimizerSettings) throws(TrainingError) -> any Optimizer

  public static let all: [OptimizerKind] = [.sgd, .adam, .adamw]

  public static func named(_ name: String) -> OptimizerKind? { all.first { $0.name == name } }
}
