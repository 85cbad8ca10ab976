import Tensors

/// One batch as a model takes it.
public enum ModelInput: Sendable {
  /// `[batch, features]`.
  case features(Tensor)
  /// Token ids `[batch, length]`.
  case tokens(Indices)

  public var shape: Shape {
    switch self {
    case .features(let tensor): tensor.shape
    case .tokens(let ids): ids.shape
    }
  }
}
