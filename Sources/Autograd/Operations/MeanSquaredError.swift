import Tensors

/// How a loss over many elements becomes one number (`reduction=` in torch).
public enum Reduction: String, Sendable, CaseIterable {
  case mean, sum
}

extension Tape {
  /// `F.mse_loss(x, target, reduction=)` -> a scalar.
  public mutating func meanSquaredError(_ x: ValueID, target: Tensor, reduction: Reduction) -> ValueID {
    let difference = self[x] - target
    let divisor = reduction == .mean ? Double(difference.count) : 1
    let loss = Tensor(full: .scalar, value: difference.squaredNorm / divisor, dtype: difference.dtype)
    return record(loss, from: [x], by: MeanSquaredErrorOperation(difference: difference, divisor: divisor))
  }
}

/// dx = 2 (x - target) g / n.
private struct MeanSquaredErrorOperation: Operation {
  let difference: Tensor
  let divisor: Double
  var name: String { "MseLossBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] {
    [difference.scaled(by: 2 / divisor * gradOutput[0])]
  }
}
