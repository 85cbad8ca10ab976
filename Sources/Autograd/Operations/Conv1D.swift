import Tensors

extension Tape {
  /// transformers' `Conv1D`, a Linear whose weight lies the other way: x `[..., in]`, weight `[in, out]`,
  /// bias `[out]` -> `[..., out]`.
  public mutating func conv1D(_ x: ValueID, weight: ValueID, bias: ValueID? = nil) -> ValueID {
    let (input, matrix) = (self[x], self[weight])
    let product = Tensor.matmul(input, matrix)
    let output = bias.map { product.addingRow(self[$0]) } ?? product
    let kept = requiresGrad(weight) ? input : nil
    return record(
      output, from: bias.map { [x, weight, $0] } ?? [x, weight],
      by: Conv1DOperation(x: kept, weight: matrix, hasBias: bias != nil))
  }
}

/// y = x W + b. dx = g W^T, dW = x^T g, db = the sum of g over the batch.
private struct Conv1DOperation: Operation {
  let x: Tensor?
  let weight: Tensor
  let hasBias: Bool
  var name: String { hasBias ? "AddmmBackward0" : "MmBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] {
    let forX = needed.contains(.input(0)) ? Tensor.matmul(gradOutput, weight, transposeB: true) : nil
    let forWeight = needed.contains(.input(1)) ? x.map { Tensor.matmul($0, gradOutput, transposeA: true) } : nil
    if !hasBias { return [forX, forWeight] }
    return [forX, forWeight, needed.contains(.input(2)) ? gradOutput.columnSums : nil]
  }
}
