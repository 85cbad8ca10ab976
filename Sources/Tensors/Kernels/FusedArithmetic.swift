// torch's fused elementwise operations: several roundings less than the operations they stand for.

extension Tensor {
  /// `torch.lerp(self, end, weight)`.
  public func lerp(to end: Tensor, weight: Double) -> Tensor {
    let single = Float(weight)
    return Tensor.zip(
      self, end, { single < 0.5 ? $0 + single * ($1 - $0) : $1 - ($1 - $0) * (1 - single) },
      { weight < 0.5 ? $0 + weight * ($1 - $0) : $1 - ($1 - $0) * (1 - weight) })
  }

  /// `torch.addcmul(self, a, b, value=)`: self + value a b.
  public func addcmul(_ a: Tensor, _ b: Tensor, value: Double) -> Tensor {
    let single = Float(value)
    return Tensor.zip(self, a, b, { $0 + single * $1 * $2 }, { $0 + value * $1 * $2 })
  }

  /// `torch.addcdiv(self, a, b, value=)`: self + value a/b.
  public func addcdiv(_ a: Tensor, _ b: Tensor, value: Double) -> Tensor {
    let single = Float(value)
    return Tensor.zip(self, a, b, { $0 + single * $1 / $2 }, { $0 + value * $1 / $2 })
  }

  public func adding(_ number: Double) -> Tensor {
    let single = Float(number)
    return map({ $0 + single }, { $0 + number })
  }

  public var squareRoot: Tensor { map({ $0.squareRoot() }, { $0.squareRoot() }) }

  /// `torch.maximum(a, b)`; NaN wins.
  public static func maximum(_ a: Tensor, _ b: Tensor) -> Tensor {
    zip(a, b, { $0 > $1 || $0.isNaN ? $0 : $1 }, { $0 > $1 || $0.isNaN ? $0 : $1 })
  }
}
