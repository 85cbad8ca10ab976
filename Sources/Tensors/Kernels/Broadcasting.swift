extension Shape {
  /// Whether `torch.broadcast_to(shape)` takes this one: sizes of 1 are repeated.
  public func broadcasts(to shape: Shape) -> Bool {
    rank == shape.rank && zip(dimensions, shape.dimensions).allSatisfy { $0 == $1 || $0 == 1 }
  }
}

extension Tensor {
  /// `torch.broadcast_to(self, shape)`.
  public func broadcast(to shape: Shape) -> Tensor {
    if shape == self.shape { return self }
    precondition(self.shape.broadcasts(to: shape))
    let values = (0..<shape.count).map { index -> Double in
      var (rest, position, stride) = (index, 0, 1)
      for axis in (0..<shape.rank).reversed() {
        let place = rest % shape[axis]
        rest /= shape[axis]
        if self.shape[axis] > 1 { position += place * stride }
        stride *= self.shape[axis]
      }
      return self[position]
    }
    return Tensor(values, shape: shape, dtype: dtype)
  }
}
