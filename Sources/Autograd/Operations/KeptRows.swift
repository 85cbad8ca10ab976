import Tensors

extension Tape {
  /// `x.flatten(0, -2)[rows]`: some rows of x `[..., n]` -> `[rows, n]`.
  mutating func keepRows(_ x: ValueID, _ rows: [Int]) -> ValueID {
    let whole = self[x]
    let places = Indices(rows, shape: Shape(rows.count))
    let matrix = whole.reshaped(to: Shape(whole.shape.rows, whole.shape.columns))
    return record(
      matrix.rows(at: places), from: [x], by: KeptRowsOperation(rows: places, shape: whole.shape))
  }
}

/// The gradient of the other rows is 0.
private struct KeptRowsOperation: Operation {
  let rows: Indices
  let shape: Shape
  var name: String { "IndexBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] {
    [gradOutput.addedRows(at: rows, of: shape.rows).reshaped(to: shape)]
  }
}
