import Autograd
import Tensors

/// A loss function with its options.
public protocol Loss: Sendable {
  /// As the `loss` command takes it.
  var words: String { get }
  /// As torch makes it.
  var torch: String { get }
  /// Whether targets are labels, not numbers.
  var takesLabels: Bool { get }
  /// Why these targets cannot be compared with an output, in torch's words where it has some; nil if they can.
  func mismatch(output: Shape, target: Target) -> String?
  /// What torch warns of; nil if there is nothing.
  func caution(output: Shape, target: Target) -> String?
  /// What is wrong with the targets' values, which torch finds when the loss is computed; nil if nothing is.
  func flaw(output: Shape, target: Target) -> String?
  /// The rows of the output that it reads, if it is worth while to compute only them; nil is all of them.
  func rowsRead(_ target: Target, dtype: DType) -> [Int]?
  /// Appends the loss of `output` to the tape: a scalar.
  func apply(_ output: Tape.ValueID, target: Target, on tape: inout Tape) -> Tape.ValueID
}

extension Loss {
  public func caution(output: Shape, target: Target) -> String? { nil }
  public func rowsRead(_ target: Target, dtype: DType) -> [Int]? { nil }
}

/// What can be written after a loss's name.
public struct LossOptions: Sendable, Equatable {
  public var reduction = Reduction.mean
  /// Labels of this value are passed over.
  public var ignoreIndex = -100

  public init() {}

  /// The options that differ from the defaults, as they are typed.
  var words: String {
    (reduction == .mean ? "" : " reduction=\(reduction.rawValue)")
      + (ignoreIndex == -100 ? "" : " ignore_index=\(ignoreIndex)")
  }

  /// The same as arguments of a class in torch.nn.
  var torch: String {
    let reduction = reduction == .mean ? [] : ["reduction=\"\(reduction.rawValue)\""]
    return (reduction + (ignoreIndex == -100 ? [] : ["ignore_index=\(ignoreIndex)"])).joined(separator: ", ")
  }
}

/// A loss that the `loss` command knows. To add one: one file, and a line in `all`.
public struct LossKind: Sendable {
  public let name: String
  public let summary: String
  /// The options it takes, by the names they have in torch.
  public let options: [String]
  public let make: @Sendable (LossOptions) -> any Loss

  public static let all: [LossKind] = [.meanSquaredError, .crossEntropy]
}
