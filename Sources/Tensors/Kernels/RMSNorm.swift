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
    if dtype == .float64 { normalize(Double.self) } else { normalize(Float.self) }
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
    if dtype == .float64 { differentiate(Double.self) } else { differentiate(Float.self) }
    return out.converted(to: dtype)
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
