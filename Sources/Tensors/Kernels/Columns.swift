// Some columns of a matrix, and a matrix that has only those; all axes but the last are rows.

extension Tensor {
  /// `self[..., range]`.
  public func columns(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= shape.columns)
    let out = Tensor(uninitialized: shape.withColumns(range.count), dtype)
    let (size, whole) = (range.count * dtype.size, shape.columns * dtype.size)
    for row in 0..<shape.rows {
      let from = pointer(UInt8.self) + row * whole + range.lowerBound * dtype.size
      (out.pointer(UInt8.self) + row * size).update(from: from, count: size)
    }
    return out
  }

  /// The same numbers in columns `start...` of a matrix with `count` columns that is 0 elsewhere.
  public func padded(from start: Int, toColumns count: Int) -> Tensor {
    precondition(start >= 0 && start + shape.columns <= count)
    let out = Tensor(zeros: shape.withColumns(count), dtype: dtype)
    let (size, whole) = (shape.columns * dtype.size, count * dtype.size)
    for row in 0..<shape.rows {
      let to = out.pointer(UInt8.self) + row * whole + start * dtype.size
      to.update(from: pointer(UInt8.self) + row * size, count: size)
    }
    return out
  }
}
