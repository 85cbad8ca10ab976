import Tensors

/// Why an adapter cannot be put into a model.
public enum LoraError: DescribedError, Equatable {
  case rankNotPositive(Int)
  case noSuchTarget(name: String, candidates: [String])

  public var message: String {
    switch self {
    case .rankNotPositive(let r): "r should be a positive integer, not \(r)"
    case .noSuchTarget(let name, let candidates):
      "target_modules: '\(name)' names no Linear of this model; it has " + candidates.joined(separator: ", ")
    }
  }
}
