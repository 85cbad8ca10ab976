extension Tensor {
  /// 1/sqrt(mean(x^2) + eps) of each row, in the dtype that is computed in.
  public func inverseRootMeanSquares(eps: Double) -> Tensor {
    let own = widened
    let columns = shape.columns
    let values = (0..<shape.rows).map { row -> Double in
      var sum = 0.0
      for column in 0..<columns {
        let value = own[row * columns + column]
        sum += value * value
      }
      return 1 / (sum / Double(columns) + eps).squareRoot()
    }
    return Tensor(values, shape: Shape(shape.rows), dtype: dtype.computing)
  }

  /// `[..., n] * [rows]`: each row times its own number, which has the computing dtype.
  public func scalingRows(by factors: Tensor) -> Tensor {
    precondition(factors.count == shape.rows && factors.dtype == dtype.computing)
    let own = widened
    let out = Tensor(uninitialized: shape, dtype.computing)
    func scale<T: Element>(_: T.Type) {
      let (from, to, factor) = (own.pointer(T.self), out.pointer(T.self), factors.pointer(T.self))
      let columns = shape.columns
      for row in 0..<shape.rows {
        for column in 0..<columns { to[row * columns + column] = from[row * columns + column] * factor[row] }
      }
    }
    if dtype == .float64 { scale(Double.self) } else { scale(Float.self) }
    return out.converted(to: dtype)
  }

  /// The gradient of x -> x/rms(x): (g - y mean(g y))/rms for each row, y = x/rms.
  public func rmsNormBackward(normalized: Tensor, inverse: Tensor) -> Tensor {
    let (g, y) = (widened, normalized.widened)
    let out = Tensor(uninitialized: shape, dtype.computing)
    func differentiate<T: Element>(_: T.Type) {
      let (gs, ys, to, factor) = (g.pointer(T.self), y.pointer(T.self), out.pointer(T.self), inverse.pointer(T.self))
      let columns = shape.columns
      for row in 0..<shape.rows {
        let start = row * columns
        var sum = 0.0
        for column in start..<(start + columns) { sum += Double(gs[column]) * Double(ys[column]) }
        let mean = T(sum / Double(columns))
        for column in start..<(start + columns) { to[column] = (gs[column] - ys[column] * mean) * factor[row] }
      }
    }
    if dtype == .float64 { differentiate(Double.self) } else { differentiate(Float.self) }
    return out.converted(to: dtype)
  }
}
