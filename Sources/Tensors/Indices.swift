/// A dense, row-major array of integers, such as token ids or class labels (torch.int64).
public struct Indices: Sendable, Equatable {
  public let shape: Shape
  public let values: [Int]

  public init(_ values: [Int], shape: Shape) {
    precondition(values.count == shape.count)
    self.values = values
    self.shape = shape
  }

  /// Entry `index` along the first axis.
  public func entry(_ index: Int) -> Indices {
    precondition(shape.rank > 0 && index >= 0 && index < shape[0])
    let part = shape.withoutFirstAxis
    return Indices(Array(values[(index * part.count)..<((index + 1) * part.count)]), shape: part)
  }
}
