// Elementwise arithmetic. Each operation takes equal shapes and dtypes and makes a new tensor.

extension Tensor {
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    zip(a, b, { $0 + $1 }, { $0 + $1 })
  }

  public static func - (a: Tensor, b: Tensor) -> Tensor {
    zip(a, b, { $0 - $1 }, { $0 - $1 })
  }

  /// Elementwise product.
  public static func * (a: Tensor, b: Tensor) -> Tensor {
    zip(a, b, { $0 * $1 }, { $0 * $1 })
  }

  public static func / (a: Tensor, b: Tensor) -> Tensor {
    zip(a, b, { $0 / $1 }, { $0 / $1 })
  }

  public func scaled(by factor: Double) -> Tensor {
    let single = Float(factor)
    return map({ $0 * single }, { $0 * factor })
  }

  public func divided(by divisor: Double) -> Tensor {
    let single = Float(divisor)
    return map({ $0 / single }, { $0 / divisor })
  }

  public var negated: Tensor { map({ -$0 }, { -$0 }) }

  /// `self + alpha * other` rounded once, as torch's fused `add(other, alpha=alpha)` does in float32.
  public func adding(_ other: Tensor, alpha: Double) -> Tensor {
    // A float product is exact in Double, so this is a fused multiply-add that vectorises everywhere.
    let rounded = Double(Float(alpha))
    return Tensor.zip(
      self, other, { Float(Double($0) + rounded * Double($1)) }, { $0 + alpha * $1 })
  }

  /// `torch.clamp(min=-bound, max=bound)`; NaN stays NaN.
  public func clamped(to bound: Double) -> Tensor {
    let single = Float(bound)
    return map(
      { $0 > single ? single : $0 < -single ? -single : $0 }, { $0 > bound ? bound : $0 < -bound ? -bound : $0 })
  }

  public var magnitude: Tensor { map({ Swift.abs($0) }, { Swift.abs($0) }) }

  @inline(__always)
  static func zip(
    _ a: Tensor, _ b: Tensor, _ single: (Float, Float) -> Float, _ double: (Double, Double) -> Double
  ) -> Tensor {
    precondition(a.shape == b.shape && a.dtype == b.dtype)
    let out = Tensor(uninitialized: a.shape, a.dtype)
    switch a.dtype {
    case .float32:
      fill(out.pointer(Float.self), a.pointer(Float.self), b.pointer(Float.self), a.count, single)
    case .float64:
      fill(out.pointer(Double.self), a.pointer(Double.self), b.pointer(Double.self), a.count, double)
    }
    return out
  }

  @inline(__always)
  func map(_ single: (Float) -> Float, _ double: (Double) -> Double) -> Tensor {
    let out = Tensor(uninitialized: shape, dtype)
    switch dtype {
    case .float32: Tensor.fill(out.pointer(Float.self), pointer(Float.self), count, single)
    case .float64: Tensor.fill(out.pointer(Double.self), pointer(Double.self), count, double)
    }
    return out
  }

  @inline(__always)
  private static func fill<T>(
    _ out: UnsafeMutablePointer<T>, _ a: UnsafePointer<T>, _ b: UnsafePointer<T>, _ count: Int,
    _ body: (T, T) -> T
  ) {
    var index = 0
    while index < count {
      out[index] = body(a[index], b[index])
      index &+= 1
    }
  }

  @inline(__always)
  private static func fill<T>(
    _ out: UnsafeMutablePointer<T>, _ a: UnsafePointer<T>, _ count: Int, _ body: (T) -> T
  ) {
    var index = 0
    while index < count {
      out[index] = body(a[index])
      index &+= 1
    }
  }
}
