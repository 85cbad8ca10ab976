import Tensors

extension Tape {
  /// `F.cross_entropy(x, labels, reduction=)` -> a scalar; x `[..., classes]` with one label a row, nil
  /// where it is ignored. As in torch the mean over no label at all is NaN, with gradient 0.
  public mutating func crossEntropy(_ x: ValueID, labels: [Int?], reduction: Reduction) -> ValueID {
    let logits = self[x]
    let rows = logits.logSoftmaxRows(labels: labels)
    let terms = labels.enumerated().map { row, label in
      label.map { -logits.logProbability(row: row, column: $0, rows) }
    }
    let dtype = logits.dtype
    let sum = dtype.is16Bit ? cascadeSum(terms, dtype) : terms.reduce(0) { $0 + ($1 ?? 0) }
    let count = reduction == .mean ? Double(labels.count { $0 != nil }) : 1
    let loss = Tensor(full: .scalar, value: sum / count, dtype: dtype)
    return record(
      loss, from: [x], by: CrossEntropyOperation(logits: logits, rows: rows, labels: labels, count: count))
  }
}

/// The sum in torch's order (`nll_loss_out_frame`), every addition rounded: what has gathered at a level moves
/// up at each 16th row of the level below, and so does the first row, all the way.
private func cascadeSum(_ terms: [Double?], _ dtype: DType) -> Double {
  var levels = Array(repeating: 0.0, count: 8)
  for (row, term) in terms.enumerated() {
    guard let term else { continue }
    levels[0] = dtype.rounded(levels[0] + term)
    for level in 0..<7 {
      if row & 15 << (4 * level) != 0 { break }
      levels[level + 1] = dtype.rounded(levels[level + 1] + levels[level])
      levels[level] = 0
    }
  }
  return levels.reduce(0) { dtype.rounded($0 + $1) }
}

/// dx = (softmax(x) - onehot) g / n.
private struct CrossEntropyOperation: Operation {
  let logits: Tensor
  let rows: LogSoftmaxRows
  let labels: [Int?]
  let count: Double
  var name: String { "NllLossBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] {
    let weight = logits.dtype.rounded(gradOutput[0] / count)
    return [logits.crossEntropyBackward(labels: labels, weight: weight, rows)]
  }
}
