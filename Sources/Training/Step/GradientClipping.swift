import Tensors

/// What `torch.nn.utils.clip_grad_norm_` found and did.
public struct NormClipping: Sendable, Equatable {
  /// The norm of all gradients together, before clipping.
  public let totalNorm: Double
  /// min(1, max_norm/(total_norm + 1e-6)), in the gradients' dtype as torch computes it.
  public let coefficient: Double

  /// Measures `gradients`, all of one dtype.
  init(_ gradients: [Tensor], maxNorm: Double, dtype: DType) {
    // torch takes each tensor's norm, then the norm of the norms, every one rounded to the dtype. Squares
    // are added up in float32, but for float64, and may overflow.
    let rounded = dtype.rounded
    totalNorm = rounded(
      gradients.reduce(0.0) { sum, gradient in
        let norm = rounded(dtype.computing.rounded(gradient.squaredNorm).squareRoot())
        return dtype.computing.rounded(sum + norm * norm)
      }.squareRoot())
    // min(1, NaN) must stay NaN: torch's clamp keeps it.
    // A number divided by a tensor is its reciprocal times the number.
    let ratio = rounded(rounded(1 / rounded(totalNorm + 1e-6)) * maxNorm)
    coefficient = ratio > 1 ? 1 : ratio
  }
}
