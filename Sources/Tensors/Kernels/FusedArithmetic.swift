// torch's fused elementwise operations: several roundings less than the operations they stand for.

extension Tensor {
  /// `torch.lerp(self, end, weight)`: weight (end - self), added to the nearer end with one rounding.
  public func lerp(to end: Tensor, weight: Double) -> Tensor {
    let single = Double(Float(weight))
    let (near, nearSingle) = (weight < 0.5, single < 0.5)
    let (factor, factorSingle) = (near ? weight : weight - 1, nearSingle ? single : Double(Float(single) - 1))
    return Tensor.zip(
      self, end, { Float(Double(nearSingle ? $0 : $1) + factorSingle * Double($1 - $0)) },
      { (near ? $0 : $1).addingProduct(factor, $1 - $0) })
  }

  /// `torch.addcmul(self, a, b, value=)`: self + value a b, the second product fused with the sum.
  public func addcmul(_ a: Tensor, _ b: Tensor, value: Double) -> Tensor {
    let single = Float(value)
    return Tensor.zip(
      self, a, b, { Float(Double($0) + Double(single * $1) * Double($2)) }, { $0.addingProduct(value * $1, $2) })
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
