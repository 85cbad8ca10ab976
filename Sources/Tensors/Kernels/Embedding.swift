extension Tensor {
  /// `F.embedding(ids, self)`: rows of a `[vocabulary, n]` table -> `[..., n]`. Every id must be in range.
  public func rows(at ids: Indices) -> Tensor {
    let size = shape.columns * dtype.size
    let out = Tensor(uninitialized: Shape(ids.shape.dimensions + [shape.columns]), dtype)
    for (place, id) in ids.values.enumerated() {
      precondition(id >= 0 && id < shape[0])
      (out.pointer(UInt8.self) + place * size).update(from: pointer(UInt8.self) + id * size, count: size)
    }
    return out
  }

  /// `embedding_dense_backward`: adds each row of a gradient `[..., n]` to the row its id came from.
  public func addedRows(at ids: Indices, of vocabulary: Int) -> Tensor {
    let own = widened
    let out = Tensor(zeros: Shape(vocabulary, shape.columns), dtype: dtype.computing)
    func add<T: Element>(_: T.Type) {
      let (from, to) = (own.pointer(T.self), out.pointer(T.self))
      let columns = shape.columns
      for (place, id) in ids.values.enumerated() {
        for column in 0..<columns { to[id * columns + column] += from[place * columns + column] }
      }
    }
    if dtype == .float64 { add(Double.self) } else { add(Float.self) }
    return out.converted(to: dtype)
  }
}
