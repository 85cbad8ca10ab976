extension Tensor {
  /// Each row less its mean, divided by sqrt(variance + eps): `[..., n]`; and 1/sqrt(variance + eps) of each row
  /// `[rows]`, which the gradient needs. In the dtype that is computed in, as `F.layer_norm` keeps them.
  public func standardizingRows(eps: Double) -> (rows: Tensor, inverse: Tensor) {
    let own = widened
    let out = Tensor(uninitialized: shape, dtype.computing)
    let inverse = Tensor(uninitialized: Shape(shape.rows), dtype.computing)
    func standardize<T: Element>(_: T.Type) {
      let (from, to, factors) = (own.pointer(T.self), out.pointer(T.self), inverse.pointer(T.self))
      let columns = shape.columns
      for row in 0..<shape.rows {
        let cells = (row * columns)..<((row + 1) * columns)
        var sum = 0.0
        for cell in cells { sum += Double(from[cell]) }
        let mean = sum / Double(columns)
        var squares = 0.0
        for cell in cells {
          let difference = Double(from[cell]) - mean
          squares += difference * difference
        }
        let factor = 1 / (squares / Double(columns) + eps).squareRoot()
        factors[row] = T(factor)
        for cell in cells { to[cell] = T((Double(from[cell]) - mean) * factor) }
      }
    }
    if dtype == .float64 { standardize(Double.self) } else { standardize(Float.self) }
    return (out, inverse)
  }

  /// The gradient of x from that of its standardized rows y: (g - mean(g) - y mean(g y)) times `inverse`.
  public func layerNormBackward(standardized: Tensor, inverse: Tensor) -> Tensor {
    let (g, y) = (widened, standardized.widened)
    let out = Tensor(uninitialized: shape, dtype.computing)
    func differentiate<T: Element>(_: T.Type) {
      let (gs, ys, to, factors) = (g.pointer(T.self), y.pointer(T.self), out.pointer(T.self), inverse.pointer(T.self))
      let columns = shape.columns
      for row in 0..<shape.rows {
        let cells = (row * columns)..<((row + 1) * columns)
        var (sum, dot) = (0.0, 0.0)
        for cell in cells {
          sum += Double(gs[cell])
          dot += Double(gs[cell]) * Double(ys[cell])
        }
        let (mean, along) = (T(sum / Double(columns)), T(dot / Double(columns)))
        for cell in cells { to[cell] = (gs[cell] - mean - ys[cell] * along) * factors[row] }
      }
    }
    if dtype == .float64 { differentiate(Double.self) } else { differentiate(Float.self) }
    return out.converted(to: dtype)
  }
}
