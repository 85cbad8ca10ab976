import Tensors

/// One differentiable operation as it was run: it remembers what its gradient needs.
public protocol Operation: Sendable {
  /// The name torch gives the `grad_fn`, such as `AddmmBackward0`.
  var name: String { get }

  /// The gradient of every input, in the order the operation takes them; nil for those not in `needed`.
  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?]
}

/// Which inputs of an operation need a gradient.
public struct InputSet: OptionSet, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  public static func input(_ index: Int) -> InputSet { InputSet(rawValue: 1 << UInt8(index)) }
}
