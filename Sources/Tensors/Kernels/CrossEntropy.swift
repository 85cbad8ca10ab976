// `F.cross_entropy` of a matrix of logits, of which only rows with a label are read. Log-probabilities are never
// stored: with a large vocabulary they are the largest tensor of a step.

/// What turns a row of logits into log-probabilities: x - largest - logarithm.
public struct LogSoftmaxRows: Sendable {
  /// The largest logit of each row, and the logarithm of the sum of exp(x - largest); 0 in rows without a label.
  let largest: [Double]
  let logarithm: [Double]
}

extension Tensor {
  /// What `F.log_softmax(self, dim=-1)` subtracts from the rows that have a label.
  public func logSoftmaxRows(labels: [Int?]) -> LogSoftmaxRows {
    precondition(labels.count == shape.rows)
    let own = widened
    return dtype == .float64
      ? own.normalizers(Double.self, labels, dtype) : own.normalizers(Float.self, labels, dtype)
  }

  /// One log-probability of a row that has a label.
  public func logProbability(row: Int, column: Int, _ rows: LogSoftmaxRows) -> Double {
    let x = self[row * shape.columns + column]
    return dtype.rounded(dtype.computing.rounded(x - rows.largest[row]) - rows.logarithm[row])
  }

  private func normalizers<T: Element>(_: T.Type, _ labels: [Int?], _ dtype: DType) -> LogSoftmaxRows {
    let columns = shape.columns
    let sums = UnsafeMutablePointer<(largest: T, logarithm: T)>.allocate(capacity: labels.count)
    defer { sums.deallocate() }
    sums.initialize(repeating: (0, 0), count: labels.count)
    inParts(labels.count, elements: count) { part in
      let buffer = UnsafeMutablePointer<T>.allocate(capacity: columns)
      defer { buffer.deallocate() }
      for row in part where labels[row] != nil {
        let x = pointer(T.self) + row * columns
        let peak = Tensors.largest(x, columns)
        T.exponentials(x, columns, minus: peak, times: 1, into: buffer)
        // torch keeps the sum and its logarithm in the tensor's own dtype.
        let total = T(dtype.rounded(Double(Tensors.sum(buffer, columns))))
        sums[row] = (peak, T(dtype.rounded(Double(T.log(total)))))
      }
    }
    return LogSoftmaxRows(
      largest: labels.indices.map { Double(sums[$0].largest) },
      logarithm: labels.indices.map { Double(sums[$0].logarithm) })
  }

  /// The gradient of `nll_loss(log_softmax(self), labels)` summed with `weight`: softmax(x) - onehot for each row
  /// that has a label, 0 for the others.
  public func crossEntropyBackward(labels: [Int?], weight: Double, _ rows: LogSoftmaxRows) -> Tensor {
    let own = widened
    let out = Tensor(uninitialized: shape, dtype.computing)
    if dtype == .float64 {
      own.differentiate(Double.self, labels, weight, rows, dtype, into: out)
    } else {
      own.differentiate(Float.self, labels, weight, rows, dtype, into: out)
    }
    return out.converted(to: dtype)
  }

  private func differentiate<T: Element>(
    _: T.Type, _ labels: [Int?], _ weight: Double, _ rows: LogSoftmaxRows, _ dtype: DType, into out: Tensor
  ) {
    let (columns, factor) = (shape.columns, T(weight))
    inParts(labels.count, elements: count) { part in
      for row in part {
        let (x, y) = (pointer(T.self) + row * columns, out.pointer(T.self) + row * columns)
        guard let label = labels[row] else {
          y.update(repeating: 0, count: columns)
          continue
        }
        let (peak, logarithm) = (T(rows.largest[row]), T(rows.logarithm[row]))
        for column in 0..<columns { y[column] = x[column] - peak - logarithm }
        round(y, columns, to: dtype)
        T.exponentials(y, columns, minus: 0, times: factor, into: y)
        y[label] -= factor
      }
    }
  }
}
