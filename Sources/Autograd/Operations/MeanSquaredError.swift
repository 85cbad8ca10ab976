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
    // torch rounds the squares before it adds them up.
    let sum = difference.dtype.is16Bit ? (difference * difference).sum : difference.squaredNorm
    let loss = Tensor(full: .scalar, value: sum / divisor, dtype: difference.dtype)
    return record(loss, from: x, by: MeanSquaredErrorOperation(difference: difference, divisor: divisor))
  }
}

/// dx = 2 (x - target) g / n.
private struct MeanSquaredErrorOperation: Operation {
  let difference: Tensor
  let divisor: Double
  var name: String { "MseLossBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] {
    if difference.dtype.is16Bit {
      // Three factors, of which each product is rounded.
      return [difference.scaled(by: difference.dtype.rounded(2 / divisor)).scaled(by: gradOutput[0])]
    }
    return [difference.scaled(by: 2 / divisor * gradOutput[0])]
  }
}
