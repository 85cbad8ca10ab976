import Tensors

extension Tape {
  /// `x[..., range]`: one part of `torch.split(x, ..., dim=-1)`.
  public mutating func columns(_ x: ValueID, _ range: Range<Int>) -> ValueID {
    let whole = self[x]
    return record(
      whole.columns(range), from: [x], by: ColumnsOperation(start: range.lowerBound, count: whole.shape.columns))
  }
}

/// The gradient of the other columns is 0.
private struct ColumnsOperation: Operation {
  let start: Int
  let count: Int
  var name: String { "SplitBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] {
    [gradOutput.padded(from: start, toColumns: count)]
  }
}
