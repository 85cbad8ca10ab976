// torch's fused elementwise operations: several roundings less than the operations they stand for.

/// `sum + a * b` rounded once. A Float product is exact in Double, so this is a fused multiply-add that
/// vectorises everywhere.
@inline(__always)
func fused(_ sum: Float, plus a: Float, times b: Float) -> Float {
  Float(Double(sum) + Double(a) * Double(b))
}

extension Tensor {
  /// `torch.lerp(self, end, weight)`: weight (end - self), added to the nearer end with one rounding.
  public func lerp(to end: Tensor, weight: Double) -> Tensor {
    let single = Float(weight)
    return Tensor.zip(
      self, end, { fused(single < 0.5 ? $0 : $1, plus: single < 0.5 ? single : single - 1, times: $1 - $0) },
      { (weight < 0.5 ? $0 : $1).addingProduct(weight < 0.5 ? weight : weight - 1, $1 - $0) })
  }

  /// `torch.addcmul(self, a, b, value=)`: self + value a b, the second product fused with the sum.
  public func addcmul(_ a: Tensor, _ b: Tensor, value: Double) -> Tensor {
    let single = Float(value)
    return Tensor.zip(self, a, b, { fused($0, plus: single * $1, times: $2) }, { $0.addingProduct(value * $1, $2) })
  }

  /// `torch.addcdiv(self, a, b, value=)`: self + value a/b.
  public func addcdiv(_ a: Tensor, _ b: Tensor, value: Double) -> Tensor {
    let single = Float(value)
    return Tensor.zip(self, a, b, { $0 + single * $1 / $2 }, { $0 + value * $1 / $2 })
  }

  /// `self + number`, which torch rounds to the dtype first.
  public func adding(_ number: Double) -> Tensor {
    let single = Float(dtype.rounded(number))
    return map({ $0 + single }, { $0 + number })
  }

  public var squareRoot: Tensor { map({ $0.squareRoot() }, { $0.squareRoot() }) }

  /// `torch.maximum(a, b)`; NaN wins.
  public static func maximum(_ a: Tensor, _ b: Tensor) -> Tensor {
    zip(a, b, { $0 > $1 || $0.isNaN ? $0 : $1 }, { $0 > $1 || $0.isNaN ? $0 : $1 })
  }
}
