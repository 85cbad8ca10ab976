// Elementwise arithmetic. Each operation takes equal shapes and dtypes and makes a new tensor. The two
// bodies of each are for float32 and float64; 16-bit tensors go through the first and are rounded once. What every
// step does over and over has a kernel for float32 besides, made for the widest registers there are.

import CKernels

/// As many elements of a sum take a thread as long as one of what divides its rows: a softmax or a norm.
private let cheapness = 8

extension Tensor {
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    if let sum = floats(a, b, add_floats) { return sum }
    return zip(a, b, { $0 + $1 }, { $0 + $1 })
  }

  public static func - (a: Tensor, b: Tensor) -> Tensor {
    if let difference = floats(a, b, subtract_floats) { return difference }
    return zip(a, b, { $0 - $1 }, { $0 - $1 })
  }

  /// Elementwise product.
  public static func * (a: Tensor, b: Tensor) -> Tensor {
    if let product = floats(a, b, multiply_floats) { return product }
    return zip(a, b, { $0 * $1 }, { $0 * $1 })
  }

  public static func / (a: Tensor, b: Tensor) -> Tensor {
    zip(a, b, { $0 / $1 }, { $0 / $1 })
  }

  public func scaled(by factor: Double) -> Tensor {
    if factor == 1 { return self }
    let single = Float(factor)
    return map({ $0 * single }, { $0 * factor })
  }

  public func divided(by divisor: Double) -> Tensor {
    let single = Float(divisor)
    return map({ $0 / single }, { $0 / divisor })
  }

  public var negated: Tensor { map({ -$0 }, { -$0 }) }

  /// `self + alpha * other` rounded once, as torch's fused `add(other, alpha=alpha)` does.
  public func adding(_ other: Tensor, alpha: Double) -> Tensor {
    if dtype.is16Bit { return adding16Bit(other, alpha: alpha) }
    let single = Float(alpha)
    if let sum = Tensor.floats(self, other, { add_multiple_of_floats($0, $1, single, $2, $3) }) { return sum }
    return Tensor.zip(self, other, { fused($0, plus: single, times: $1) }, { $0.addingProduct(alpha, $1) })
  }

  /// The same in 16 bits: alpha is rounded first; torch's vector loop, 32 elements at a time with AVX-512, is
  /// fused, what is left over has its product rounded.
  private func adding16Bit(_ other: Tensor, alpha: Double) -> Tensor {
    let factor = dtype.rounded(alpha)
    let (a, b) = (widened, other.widened)
    let products = other.scaled(by: factor).widened
    let out = Tensor(uninitialized: shape, .float32)
    let (x, y, product, sum) = (
      a.pointer(Float.self), b.pointer(Float.self), products.pointer(Float.self), out.pointer(Float.self)
    )
    let vectorized = count / 32 * 32
    for index in 0..<vectorized { sum[index] = fused(x[index], plus: Float(factor), times: y[index]) }
    for index in vectorized..<count { sum[index] = x[index] + product[index] }
    return out.converted(to: dtype)
  }

  /// `torch.clamp(min=-bound, max=bound)`; NaN stays NaN.
  public func clamped(to bound: Double) -> Tensor {
    let single = Float(bound)
    return map(
      { $0 > single ? single : $0 < -single ? -single : $0 }, { $0 > bound ? bound : $0 < -bound ? -bound : $0 })
  }

  public var magnitude: Tensor { map({ Swift.abs($0) }, { Swift.abs($0) }) }

  /// What a kernel makes of two float32 tensors of one shape; nil if they have another dtype.
  @inline(__always)
  static func floats(
    _ a: Tensor, _ b: Tensor,
    _ kernel: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
  ) -> Tensor? {
    guard a.dtype == .float32 else { return nil }
    precondition(a.shape == b.shape && b.dtype == .float32)
    let out = Tensor(uninitialized: a.shape, .float32)
    let (x, y, z) = (a.pointer(Float.self), b.pointer(Float.self), out.pointer(Float.self))
    inParts(a.count, elements: a.count / cheapness) { part in
      kernel(x + part.lowerBound, y + part.lowerBound, z + part.lowerBound, part.count)
    }
    return out
  }

  @inline(__always)
  static func zip(
    _ a: Tensor, _ b: Tensor, _ single: (Float, Float) -> Float, _ double: (Double, Double) -> Double
  ) -> Tensor {
    precondition(a.shape == b.shape && a.dtype == b.dtype)
    if a.dtype.is16Bit { return zipWidened(a.widened, b.widened, single).converted(to: a.dtype) }
    let out = Tensor(uninitialized: a.shape, a.dtype)
    if a.dtype == .float64 {
      fill(out.pointer(Double.self), a.pointer(Double.self), b.pointer(Double.self), a.count, double)
    } else {
      fill(out.pointer(Float.self), a.pointer(Float.self), b.pointer(Float.self), a.count, single)
    }
    return out
  }

  /// Three tensors at once, rounded once at the end.
  @inline(__always)
  static func zip(
    _ a: Tensor, _ b: Tensor, _ c: Tensor, _ single: (Float, Float, Float) -> Float,
    _ double: (Double, Double, Double) -> Double
  ) -> Tensor {
    precondition(a.shape == b.shape && a.dtype == b.dtype && a.shape == c.shape && a.dtype == c.dtype)
    let (x, y, z) = (a.widened, b.widened, c.widened)
    let out = Tensor(uninitialized: a.shape, a.dtype.computing)
    if a.dtype == .float64 {
      fill(
        out.pointer(Double.self), x.pointer(Double.self), y.pointer(Double.self), z.pointer(Double.self), a.count,
        double)
    } else {
      fill(
        out.pointer(Float.self), x.pointer(Float.self), y.pointer(Float.self), z.pointer(Float.self), a.count, single)
    }
    return out.converted(to: a.dtype)
  }

  @inline(never)
  private static func zipWidened(_ a: Tensor, _ b: Tensor, _ single: (Float, Float) -> Float) -> Tensor {
    let out = Tensor(uninitialized: a.shape, .float32)
    fill(out.pointer(Float.self), a.pointer(Float.self), b.pointer(Float.self), a.count, single)
    return out
  }

  @inline(__always)
  func map(_ single: (Float) -> Float, _ double: (Double) -> Double) -> Tensor {
    if dtype.is16Bit { return widened.mapWidened(single).converted(to: dtype) }
    let out = Tensor(uninitialized: shape, dtype)
    if dtype == .float64 {
      Tensor.fill(out.pointer(Double.self), pointer(Double.self), count, double)
    } else {
      Tensor.fill(out.pointer(Float.self), pointer(Float.self), count, single)
    }
    return out
  }

  @inline(never)
  private func mapWidened(_ single: (Float) -> Float) -> Tensor {
    let out = Tensor(uninitialized: shape, .float32)
    Tensor.fill(out.pointer(Float.self), pointer(Float.self), count, single)
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

  @inline(__always)
  private static func fill<T>(
    _ out: UnsafeMutablePointer<T>, _ a: UnsafePointer<T>, _ b: UnsafePointer<T>, _ c: UnsafePointer<T>, _ count: Int,
    _ body: (T, T, T) -> T
  ) {
    var index = 0
    while index < count {
      out[index] = body(a[index], b[index], c[index])
      index &+= 1
    }
  }
}
