// Operations between a matrix and one number per column or per row; all axes but the last are rows.

extension Tensor {
  /// `[..., n] * [n]`.
  public func scalingColumns(by vector: Tensor) -> Tensor {
    combiningColumns(vector, { $0 * $1 }, { $0 * $1 })
  }

  /// `[..., n] - [n]`.
  public func subtractingRow(_ vector: Tensor) -> Tensor {
    combiningColumns(vector, { $0 - $1 }, { $0 - $1 })
  }

  /// `[..., n] + [n]`.
  public func addingRow(_ vector: Tensor) -> Tensor {
    combiningColumns(vector, { $0 + $1 }, { $0 + $1 })
  }

  /// `torch.linalg.norm(self, dim=-1)`: `[n, m] -> [n]`; infinite where the squares' sum is, in the dtype that
  /// sums are in.
  public var rowNorms: Tensor {
    let own = widened
    let columns = shape.columns
    let norms = (0..<shape.rows).map { row -> Double in
      var sum = 0.0
      for column in 0..<columns {
        let value = own[row * columns + column]
        sum += value * value
      }
      return dtype.computing.rounded(sum).squareRoot()
    }
    return Tensor(norms, shape: Shape(shape.rows), dtype: dtype)
  }

  /// `.T` of a matrix.
  public var transposed: Tensor {
    precondition(shape.rank == 2)
    let (rows, columns) = (shape[0], shape[1])
    let out = Tensor(uninitialized: Shape(columns, rows), dtype)
    func move<T>(_: T.Type) {
      let (from, to) = (pointer(T.self), out.pointer(T.self))
      for row in 0..<rows {
        for column in 0..<columns { to[column * rows + row] = from[row * columns + column] }
      }
    }
    switch dtype.size {
    case 8: move(UInt64.self)
    case 4: move(UInt32.self)
    default: move(UInt16.self)
    }
    return out
  }

  @inline(__always)
  private func combiningColumns(
    _ vector: Tensor, _ single: (Float, Float) -> Float, _ double: (Double, Double) -> Double
  ) -> Tensor {
    precondition(vector.shape == Shape(shape.columns) && vector.dtype == dtype)
    let (own, other) = (widened, vector.widened)
    let out = Tensor(uninitialized: shape, dtype.computing)
    if dtype == .float64 {
      Tensor.eachRow(own.pointer(Double.self), other.pointer(Double.self), out.pointer(Double.self), shape, double)
    } else {
      Tensor.eachRow(own.pointer(Float.self), other.pointer(Float.self), out.pointer(Float.self), shape, single)
    }
    return out.converted(to: dtype)
  }

  @inline(__always)
  private static func eachRow<T>(
    _ matrix: UnsafePointer<T>, _ vector: UnsafePointer<T>, _ out: UnsafeMutablePointer<T>, _ shape: Shape,
    _ body: (T, T) -> T
  ) {
    let columns = shape.columns
    for row in 0..<shape.rows {
      for column in 0..<columns {
        out[row * columns + column] = body(matrix[row * columns + column], vector[column])
      }
    }
  }
}
