import Tensors

extension Tape {
  /// `F.cross_entropy(x, labels, reduction=)` -> a scalar; x `[..., classes]` with one label a row, nil
  /// where it is ignored. As in torch the mean over no label at all is NaN, with gradient 0.
  public mutating func crossEntropy(_ x: ValueID, labels: [Int?], reduction: Reduction) -> ValueID {
    let logProbabilities = self[x].logSoftmax
    let columns = logProbabilities.shape.columns
    precondition(labels.count == logProbabilities.shape.rows)
    let sum = labels.enumerated().reduce(0.0) { sum, row in
      row.element.map { sum - logProbabilities[row.offset * columns + $0] } ?? sum
    }
    let count = reduction == .mean ? Double(labels.count { $0 != nil }) : 1
    let loss = Tensor(full: .scalar, value: sum / count, dtype: logProbabilities.dtype)
    return record(
      loss, from: [x],
      by: CrossEntropyOperation(logProbabilities: logProbabilities, labels: labels, count: count))
  }
}

/// dx = (softmax(x) - onehot) g / n.
private struct CrossEntropyOperation: Operation {
  let logProbabilities: Tensor
  let labels: [Int?]
  let count: Double
  var name: String { "NllLossBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] {
    let weight = logProbabilities.dtype.rounded(gradOutput[0] / count)
    return [logProbabilities.crossEntropyBackward(labels: labels, weight: weight)]
  }
}
