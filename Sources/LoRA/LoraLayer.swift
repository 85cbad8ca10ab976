import Tensors

/// One adapted Linear: where its numbers are among the model's parameters.
public struct LoraLayer: Sendable, Equatable {
  /// The module's index in the graph.
  public let module: Int
  /// Indices of the base weight `[out, in]`, lora_A `[r, in]`, lora_B `[out, r]`.
  public let weight: Int
  public let a: Int
  public let b: Int
  /// Index of DoRA's magnitude vector `[out]`.
  public let magnitude: Int?
  public let scaling: Double

  /// Whether a parameter belongs to it, the base weight included.
  public func owns(_ parameter: Int) -> Bool { [weight, a, b, magnitude].contains(parameter) }

  /// `get_delta_weight()`: B A scaling.
  public func delta(_ parameters: [Tensor]) -> Tensor {
    .matmul(parameters[b], parameters[a]).scaled(by: scaling)
  }

  /// The base weight after `merge_adapter()`.
  public func merged(_ parameters: [Tensor]) -> Tensor {
    let sum = parameters[weight] + delta(parameters)
    guard let factors = doraFactors(parameters, base: parameters[weight]) else { return sum }
    return sum.transposed.scalingColumns(by: factors).transposed
  }

  /// The base weight after `unmerge_adapter()`: rounding may leave its mark. `parameters` hold the merged
  /// weight, `original` is the one from before.
  public func unmerged(_ parameters: [Tensor], original: Tensor) -> Tensor {
    guard let factors = doraFactors(parameters, base: original) else { return parameters[weight] - delta(parameters) }
    let ones = Tensor(full: factors.shape, value: 1, dtype: factors.dtype)
    return parameters[weight].transposed.scalingColumns(by: ones / factors).transposed - delta(parameters)
  }

  /// DoRA's m/|W + s B A| of each row `[out]`, in Float64; nil without DoRA.
  public func magnitudeOverNorm(_ parameters: [Tensor]) -> Tensor? {
    guard magnitude != nil else { return nil }
    let wide = widened(parameters)
    return doraFactors(wide, base: wide[weight])
  }

  /// The merged weight's change, in Float64 so that a small one is not lost.
  public func mergedChange(from before: [Tensor], to after: [Tensor]) -> Tensor {
    let (old, new) = (widened(before), widened(after))
    return magnitude == nil ? delta(new) - delta(old) : merged(new) - merged(old)
  }

  /// The layer's own parameters in Float64.
  private func widened(_ parameters: [Tensor]) -> [Tensor] {
    var wide = parameters
    for index in [weight, a, b, magnitude].compactMap({ $0 }) {
      wide[index] = parameters[index].converted(to: .float64)
    }
    return wide
  }

  private func doraFactors(_ parameters: [Tensor], base: Tensor) -> Tensor? {
    magnitude.map { parameters[$0] / (base + delta(parameters)).rowNorms }
  }
}
