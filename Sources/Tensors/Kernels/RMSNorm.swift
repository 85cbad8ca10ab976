import CKernels

extension Tensor {
  /// `LlamaRMSNorm`: `weight * (x / rms(x))` over the last axis of `[..., n]`, weight `[n]`; also 1/rms of each row
  /// `[rows]`, which the gradient needs, in the dtype that is computed in.
  public func rmsNorm(weight: Tensor, eps: Double) -> (output: Tensor, inverse: Tensor) {
    precondition(weight.shape == Shape(shape.columns) && weight.dtype == dtype)
    let (own, factors) = (widened, weight.widened)
    let out = Tensor(uninitialized: shape, dtype.computing)
    let inverse = Tensor(uninitialized: Shape(shape.rows), dtype.computing)
    func normalize<T: Element>(_: T.Type) {
      let (columns, w) = (shape.columns, factors.pointer(T.self))
      inParts(shape.rows, elements: count) { rows in
        for row in rows {
          let (x, y) = (own.pointer(T.self) + row * columns, out.pointer(T.self) + row * columns)
          let factor = T(1 / (product(x, x, columns) / Double(columns) + eps).squareRoot())
          inverse.pointer(T.self)[row] = factor
          for column in 0..<columns { y[column] = x[column] * factor }
          round(y, columns, to: dtype)
          for column in 0..<columns { y[column] *= w[column] }
        }
      }
    }
    switch dtype {
    case .float32: Tensor.normalize(own, factors, Float(eps), into: out, inverse)
    case .float64: normalize(Double.self)
    case .bfloat16, .float16: normalize(Float.self)
    }
    return (out.converted(to: dtype), inverse)
  }

  /// `[..., n] * [rows]`: each row times its own number, which has the computing dtype.
  public func scalingRows(by factors: Tensor) -> Tensor {
    precondition(factors.count == shape.rows && factors.dtype == dtype.computing)
    let own = widened
    let out = Tensor(uninitialized: shape, dtype.computing)
    func scale<T: Element>(_: T.Type) {
      let columns = shape.columns
      for row in 0..<shape.rows {
        let (x, y) = (own.pointer(T.self) + row * columns, out.pointer(T.self) + row * columns)
        let factor = factors.pointer(T.self)[row]
        for column in 0..<columns { y[column] = x[column] * factor }
      }
    }
    if dtype == .float64 { scale(Double.self) } else { scale(Float.self) }
    return out.converted(to: dtype)
  }

  /// The gradient of x from that of `rmsNorm(x)`, which is `self`: (g w - y mean(g w y))/rms for each row,
  /// y = x/rms.
  public func rmsNormBackward(x: Tensor, weight: Tensor, inverse: Tensor) -> Tensor {
    let (gradient, input, factors) = (widened, x.widened, weight.widened)
    let out = Tensor(uninitialized: shape, dtype.computing)
    func differentiate<T: Element>(_: T.Type) {
      let (columns, w) = (shape.columns, factors.pointer(T.self))
      inParts(shape.rows, elements: count) { rows in
        let normalized = UnsafeMutablePointer<T>.allocate(capacity: columns)
        defer { normalized.deallocate() }
        for row in rows {
          let start = row * columns
          let (g, x, y) = (gradient.pointer(T.self) + start, input.pointer(T.self) + start, out.pointer(T.self) + start)
          let factor = inverse.pointer(T.self)[row]
          for column in 0..<columns { y[column] = g[column] * w[column] }
          for column in 0..<columns { normalized[column] = x[column] * factor }
          round(y, columns, to: dtype)
          round(normalized, columns, to: dtype)
          let mean = T(product(y, normalized, columns) / Double(columns))
          for column in 0..<columns { y[column] = (y[column] - normalized[column] * mean) * factor }
        }
      }
    }
    switch dtype {
    case .float32: Tensor.differentiate(gradient, input, factors, inverse, into: out)
    case .float64: differentiate(Double.self)
    case .bfloat16, .float16: differentiate(Float.self)
    }
    return out.converted(to: dtype)
  }

  // In float32 every rounding is torch's: an error in a row's factor is an error of all its numbers at once, which
  // the layers behind it can multiply.

  /// x * rsqrt(mean(x^2) + eps) * w.
  private static func normalize(_ x: Tensor, _ weight: Tensor, _ eps: Float, into out: Tensor, _ inverse: Tensor) {
    let (columns, w) = (x.shape.columns, weight.pointer(Float.self))
    inParts(x.shape.rows, elements: x.count) { rows in
      for row in rows {
        let (x, y) = (x.pointer(Float.self) + row * columns, out.pointer(Float.self) + row * columns)
        for column in 0..<columns { y[column] = x[column] * x[column] }
        let factor = 1 / (row_sum(y, columns) / Float(columns) + eps).squareRoot()
        inverse.pointer(Float.self)[row] = factor
        for column in 0..<columns { y[column] = x[column] * factor * w[column] }
      }
    }
  }

  /// What torch's nodes for mul, rsqrt, mean and pow come to, one after the other.
  private static func differentiate(
    _ gradient: Tensor, _ input: Tensor, _ weight: Tensor, _ inverse: Tensor, into out: Tensor
  ) {
    let (columns, w) = (input.shape.columns, weight.pointer(Float.self))
    inParts(input.shape.rows, elements: input.count) { rows in
      let products = UnsafeMutablePointer<Float>.allocate(capacity: columns)
      defer { products.deallocate() }
      for row in rows {
        let start = row * columns
        let (g, x) = (gradient.pointer(Float.self) + start, input.pointer(Float.self) + start)
        let (y, factor) = (out.pointer(Float.self) + start, inverse.pointer(Float.self)[row])
        for column in 0..<columns {
          y[column] = g[column] * w[column]
          products[column] = y[column] * x[column]
        }
        let share = -0.5 * row_sum(products, columns) * (factor * factor * factor) / Float(columns)
        for column in 0..<columns { y[column] = y[column] * factor + share * (2 * x[column]) }
      }
    }
  }
}

/// The inner product of two rows, in Float64.
@inline(__always)
private func product<T: Element>(_ a: UnsafePointer<T>, _ b: UnsafePointer<T>, _ count: Int) -> Double {
  var (s0, s1, s2, s3) = (0.0, 0.0, 0.0, 0.0)
  var index = 0
  while index &+ 4 <= count {
    s0 += Double(a[index]) * Double(b[index])
    s1 += Double(a[index &+ 1]) * Double(b[index &+ 1])
    s2 += Double(a[index &+ 2]) * Double(b[index &+ 2])
    s3 += Double(a[index &+ 3]) * Double(b[index &+ 3])
    index &+= 4
  }
  while index < count {
    s0 += Double(a[index]) * Double(b[index])
    index &+= 1
  }
  return (s0 + s1) + (s2 + s3)
}
