import Tensors

extension Tape {
  /// `LlamaRMSNorm`: w x/sqrt(mean(x^2) + eps) over the last axis of x `[..., n]`, w `[n]`.
  public mutating func rmsNorm(_ x: ValueID, weight: ValueID, eps: Double) -> ValueID {
    let inverse = self[x].inverseRootMeanSquares(eps: eps)
    let normalized = self[x].scalingRows(by: inverse)
    let factors = self[weight]
    return record(
      normalized.scalingColumns(by: factors), from: [x, weight],
      by: RMSNormOperation(normalized: normalized, inverse: inverse, weight: factors))
  }
}

/// With y = x/rms: dw = the sum of g y over the rows, dx = (g w - y mean(g w y))/rms.
private struct RMSNormOperation: Operation {
  let normalized: Tensor
  let inverse: Tensor
  let weight: Tensor
  var name: String { "MulBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] {
    let forX =
      needed.contains(.input(0))
      ? gradOutput.scalingColumns(by: weight).rmsNormBackward(normalized: normalized, inverse: inverse) : nil
    return [forX, needed.contains(.input(1)) ? (gradOutput * normalized).columnSums : nil]
  }
}
