import Tensors

/// One adapted Linear: where its numbers are among the model's parameters.
public struct LoraLayer: Sendable, Equatable {
  /// The module's index in the graph.
  public let module: Int
  /// Index of the base weight, `[out, in]`, or `[in, out]` if it is transposed (PEFT's fan_in_fan_out).
  public let weight: Int
  public let isTransposed: Bool
  /// Indices of lora_A `[r, in]` and lora_B `[out, r]`.
  public let a: Int
  public let b: Int
  /// Index of DoRA's magnitude vector `[out]`.
  public internal(set) var magnitude: Int?
  public let scaling: Double

  /// Whether a parameter belongs to it, the base weight included.
  public func owns(_ parameter: Int) -> Bool { [weight, a, b, magnitude].contains(parameter) }

  /// A tensor in the base weight's layout as `[out, in]`, or the other way.
  public func turned(_ tensor: Tensor) -> Tensor { isTransposed ? tensor.transposed : tensor }

  /// B A scaling `[out, in]`.
  func delta(_ parameters: [Tensor]) -> Tensor {
    .matmul(parameters[b], parameters[a]).scaled(by: scaling)
  }

  /// `get_delta_weight()`: the same in the base weight's layout.
  private func laidDelta(_ parameters: [Tensor]) -> Tensor { turned(delta(parameters)) }

  /// |W + s B A| of each row `[out]`.
  func norms(weight: Tensor, a: Tensor, b: Tensor) -> Tensor {
    (turned(weight) + Tensor.matmul(b, a).scaled(by: scaling)).rowNorms
  }

  /// The base weight after `merge_adapter()`.
  public func merged(_ parameters: [Tensor]) -> Tensor {
    let sum = parameters[weight] + laidDelta(parameters)
    guard let factors = doraFactors(parameters, base: parameters[weight]) else { return sum }
    return scalingOutputs(of: sum, by: factors)
  }

  /// The base weight after `unmerge_adapter()`: rounding may leave its mark. `parameters` hold the merged
  /// weight, `original` is the one from before.
  public func unmerged(_ parameters: [Tensor], original: Tensor) -> Tensor {
    let merged = parameters[weight]
    guard let factors = doraFactors(parameters, base: original) else { return merged - laidDelta(parameters) }
    let ones = Tensor(full: factors.shape, value: 1, dtype: factors.dtype)
    return scalingOutputs(of: merged, by: ones / factors) - laidDelta(parameters)
  }

  /// DoRA's m/|W + s B A| of each row `[out]`, in Float64; nil without DoRA.
  public func magnitudeOverNorm(_ parameters: [Tensor]) -> Tensor? {
    guard magnitude != nil else { return nil }
    let wide = widened(parameters)
    return doraFactors(wide, base: wide[weight])
  }

  /// The merged weight's change `[out, in]`, in Float64 so that a small one is not lost.
  public func mergedChange(from before: [Tensor], to after: [Tensor]) -> Tensor {
    let (old, new) = (widened(before), widened(after))
    return magnitude == nil ? delta(new) - delta(old) : turned(merged(new) - merged(old))
  }

  /// The layer's own parameters in Float64.
  private func widened(_ parameters: [Tensor]) -> [Tensor] {
    var wide = parameters
    for index in [weight, a, b, magnitude].compactMap({ $0 }) {
      wide[index] = parameters[index].converted(to: .float64)
    }
    return wide
  }

  /// A weight in the base weight's layout with every output's numbers times that output's factor `[out]`.
  private func scalingOutputs(of matrix: Tensor, by factors: Tensor) -> Tensor {
    isTransposed ? matrix.scalingColumns(by: factors) : matrix.transposed.scalingColumns(by: factors).transposed
  }

  private func doraFactors(_ parameters: [Tensor], base: Tensor) -> Tensor? {
    magnitude.map { parameters[$0] / norms(weight: base, a: parameters[a], b: parameters[b]) }
  }
}
