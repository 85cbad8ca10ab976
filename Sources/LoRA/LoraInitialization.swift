import Autograd
import Tensors

/// PEFT's `init_lora_weights`. To add one, add a case and what it makes of the weights.
public enum LoraInitialization: String, Sendable, CaseIterable {
  /// A as nn.Linear draws its weight, B zero.
  case `default`
  /// A normal with standard deviation 1/r, B zero.
  case gaussian
  /// The leading singular directions of the weight, which keeps the rest (arXiv 2404.02948).
  case pissa
  /// The leading columns of a QR decomposition of the weight, which keeps the rest (arXiv 2406.01775).
  case olora
  /// A and B both as nn.Linear draws its weight: B A is not zero at the start.
  case `false`

  struct Weights {
    /// The base weight in its own layout, where the method takes something out of it.
    var base: Tensor?
    /// `[r, in]`.
    var a: Tensor
    /// `[out, r]`.
    var b: Tensor
  }

  /// Draws in PEFT's order: lora_A and lora_B are made as nn.Linear, which draws both, and then set. `weight` is the
  /// base weight, `[in, out]` if it is transposed.
  func weights(
    for weight: Tensor, isTransposed: Bool, r: Int, scaling: Double, generator: inout TorchGenerator
  ) throws(FactorizationError) -> Weights {
    let (outFeatures, inFeatures) = (weight.shape[isTransposed ? 1 : 0], weight.shape[isTransposed ? 0 : 1])
    let dtype = weight.dtype
    let a = generator.kaimingUniform(Shape(r, inFeatures), dtype: dtype)
    let b = generator.kaimingUniform(Shape(outFeatures, r), dtype: dtype)
    let zero = { Tensor(zeros: Shape(outFeatures, r), dtype: dtype) }
    switch self {
    case .default:
      return Weights(a: generator.kaimingUniform(Shape(r, inFeatures), dtype: dtype), b: zero())
    case .gaussian:
      return Weights(a: generator.normal(Shape(r, inFeatures), std: 1 / Double(r), dtype: dtype), b: zero())
    case .false:
      return Weights(a: a, b: b)
    case .pissa:
      let base = isTransposed ? weight.transposed : weight
      let (u, s, vh) = try base.svd()
      let root = s.divided(by: scaling).squareRoot.firstRows(r)
      return Weights(
        splitting: base, a: vh.firstRows(r).transposed.scalingColumns(by: root).transposed,
        b: u.firstColumns(r).scalingColumns(by: root), scaling: scaling, isTransposed: isTransposed)
    case .olora:
      let base = isTransposed ? weight.transposed : weight
      let (q, r_) = try base.qr()
      return Weights(
        splitting: base, a: r_.firstRows(r), b: q.firstColumns(r), scaling: scaling,
        isTransposed: isTransposed)
    }
  }
}

extension LoraInitialization.Weights {
  /// Takes scaling B A out of the base weight `[out, in]`; computed wide, rounded to the base's dtype at the end.
  fileprivate init(splitting base: Tensor, a: Tensor, b: Tensor, scaling: Double, isTransposed: Bool) {
    let rest = (base.converted(to: a.dtype) - .matmul(b.scaled(by: scaling), a)).converted(to: base.dtype)
    self.init(
      base: isTransposed ? rest.transposed : rest, a: a.converted(to: base.dtype), b: b.converted(to: base.dtype))
  }
}

extension Tensor {
  /// At most `count` entries along the first axis.
  fileprivate func firstRows(_ count: Int) -> Tensor {
    let rows = Swift.min(count, shape[0])
    let shape = Shape([rows] + self.shape.withoutFirstAxis.dimensions)
    return Tensor((0..<shape.count).map { self[$0] }, shape: shape, dtype: dtype)
  }

  /// At most `count` columns of a matrix.
  fileprivate func firstColumns(_ count: Int) -> Tensor { transposed.firstRows(count).transposed }
}
