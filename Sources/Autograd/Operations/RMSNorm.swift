import Tensors

extension Tape {
  /// `LlamaRMSNorm`: w x/sqrt(mean(x^2) + eps) over the last axis of x `[..., n]`, w `[n]`.
  public mutating func rmsNorm(_ x: ValueID, weight: ValueID, eps: Double) -> ValueID {
    let (input, factors) = (self[x], self[weight])
    let (output, inverse) = input.rmsNorm(weight: factors, eps: eps)
    return record(
      output, from: [x, weight], by: RMSNormOperation(x: input, inverse: inverse, weight: factors))
  }
}

/// With y = x/rms: dw = the sum of g y over the rows, dx = (g w - y mean(g w y))/rms.
private struct RMSNormOperation: Operation {
  let x: Tensor
  let inverse: Tensor
  let weight: Tensor
  var name: String { "MulBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] {
    [
      needed.contains(.input(0)) ? gradOutput.rmsNormBackward(x: x, weight: weight, inverse: inverse) : nil,
      needed.contains(.input(1)) ? (gradOutput * x.scalingRows(by: inverse)).columnSums : nil,
    ]
  }
}
