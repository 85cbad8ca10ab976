import Autograd
import Tensors

/// A loss function with its options.
public protocol Loss: Sendable {
  /// As the `loss` command takes it.
  var words: String { get }
  /// Why these targets cannot be compared with an output of `[batch, features]`; nil if they can.
  func mismatch(output: Shape, target: Shape) -> String?
  /// Appends the loss of `output` to the tape: a scalar.
  func apply(_ output: Tape.ValueID, target: Tensor, on tape: inout Tape) -> Tape.ValueID
}

/// A loss that the `loss` command knows. To add one: one file, and a line in `all`.
public struct LossKind: Sendable {
  public let name: String
  public let summary: String
  public let make: @Sendable (Reduction) -> any Loss

  public static let all: [LossKind] = [.meanSquaredError]
}
