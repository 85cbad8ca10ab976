import Tensors

extension Tape {
  /// `F.linear`: x `[n, in]`, weight `[out, in]`, bias `[out]` -> `[n, out]`.
  public mutating func linear(_ x: ValueID, weight: ValueID, bias: ValueID? = nil) -> ValueID {
    let (input, matrix) = (self[x], self[weight])
    let output = Tensor.linear(input, weight: matrix, bias: bias.map { self[$0] })
    let kept = requiresGrad(weight) ? input : nil
    return record(
      output, from: x, weight, bias,
      by: LinearOperation(
        x: kept, weight: matrix, hasBias: bias != nil))
  }
}

/// y = x W^T + b. dx = g W, dW = g^T x, db = the sum of g over the batch.
private struct LinearOperation: Operation {
  /// Only a weight that is trained needs it: an activation is not kept for a frozen one.
  let x: Tensor?
  let weight: Tensor
  let hasBias: Bool

  var name: String { hasBias ? "AddmmBackward0" : "MmBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] {
    let forX = needed.contains(.input(0)) ? Tensor.matmul(gradOutput, weight) : nil
    let forWeight = needed.contains(.input(1)) ? x.map { Tensor.matmul(gradOutput, $0, transposeA: true) } : nil
    if !hasBias { return [forX, forWeight] }
    return [forX, forWeight, needed.contains(.input(2)) ? gradOutput.columnSums : nil]
  }
}
