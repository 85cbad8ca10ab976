import Tensors

/// Why a step cannot be taken.
public enum TrainingError: DescribedError, Equatable {
  /// torch's own words for it, with the remedy.
  case lossNeedsNoGradient
  case badOptimizer(String)
  case dataDoesNotFit(String)

  public var message: String {
    switch self {
    case .lossNeedsNoGradient:
      "element 0 of tensors does not require grad and does not have a grad_fn"
    case .badOptimizer(let reason), .dataDoesNotFit(let reason): reason
    }
  }
}
