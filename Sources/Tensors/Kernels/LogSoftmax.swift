import Glibc

extension Tensor {
  /// `F.log_softmax(self, dim=-1)`.
  public var logSoftmax: Tensor {
    let own = widened
    let out = Tensor(uninitialized: shape, dtype.computing)
    if dtype == .float64 {
      Tensor.logSoftmax(own.pointer(Double.self), out.pointer(Double.self), shape, Glibc.exp, Glibc.log)
    } else {
      // torch keeps the sum and its logarithm in the tensor's own dtype.
      let rounded = { [dtype] (value: Float) in dtype.is16Bit ? Float(dtype.rounded(Double(value))) : value }
      Tensor.logSoftmax(own.pointer(Float.self), out.pointer(Float.self), shape, Glibc.expf) {
        rounded(logf(rounded($0)))
      }
    }
    return out.converted(to: dtype)
  }

  private static func logSoftmax<T: Element>(
    _ from: UnsafePointer<T>, _ to: UnsafeMutablePointer<T>, _ shape: Shape, _ exp: (T) -> T, _ log: (T) -> T
  ) {
    let columns = shape.columns
    for row in 0..<shape.rows {
      let (x, y) = (from + row * columns, to + row * columns)
      var largest = -T.infinity
      for column in 0..<columns { largest = x[column] > largest || x[column].isNaN ? x[column] : largest }
      var sum: T = 0
      for column in 0..<columns { sum += exp(x[column] - largest) }
      let logarithm = log(sum)
      for column in 0..<columns { y[column] = x[column] - largest - logarithm }
    }
  }

  /// The gradient of `nll_loss(log_softmax(x), labels)` summed with `weight`: softmax(x) - onehot for each
  /// row that has a label, 0 for the others. `self` is the log-softmax.
  public func crossEntropyBackward(labels: [Int?], weight: Double) -> Tensor {
    let own = widened
    let out = Tensor(zeros: shape, dtype: dtype.computing)
    if dtype == .float64 {
      Tensor.crossEntropyBackward(
        own.pointer(Double.self), out.pointer(Double.self), shape.columns, labels, weight, Glibc.exp)
    } else {
      Tensor.crossEntropyBackward(
        own.pointer(Float.self), out.pointer(Float.self), shape.columns, labels, Float(weight), Glibc.expf)
    }
    return out.converted(to: dtype)
  }

  private static func crossEntropyBackward<T: Element>(
    _ logp: UnsafePointer<T>, _ out: UnsafeMutablePointer<T>, _ columns: Int, _ labels: [Int?], _ weight: T,
    _ exp: (T) -> T
  ) {
    for (row, label) in labels.enumerated() {
      guard let label else { continue }
      let (x, y) = (logp + row * columns, out + row * columns)
      for column in 0..<columns { y[column] = exp(x[column]) * weight }
      y[label] -= weight
    }
  }
}
