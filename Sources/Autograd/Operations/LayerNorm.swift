import Tensors

extension Tape {
  /// `F.layer_norm(x, [n], weight, bias, eps)`: x `[..., n]`, weight and bias `[n]`.
  public mutating func layerNorm(_ x: ValueID, weight: ValueID, bias: ValueID, eps: Double) -> ValueID {
    let input = self[x]
    let (rows, inverse) = input.standardizingRows(eps: eps)
    let factors = self[weight]
    // torch keeps the rows in float32 and rounds once, with weight and bias.
    let scaled = rows.scalingColumns(by: factors.widened)
    let output = scaled.addingRow(self[bias].widened).converted(to: input.dtype)
    return record(
      output, from: [x, weight, bias], by: LayerNormOperation(standardized: rows, inverse: inverse, weight: factors))
  }
}

/// With y the standardized rows: db = the sum of g, dw = the sum of g y over the rows, dx from g w.
private struct LayerNormOperation: Operation {
  let standardized: Tensor
  let inverse: Tensor
  let weight: Tensor
  var name: String { "NativeLayerNormBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] {
    let g = gradOutput.widened
    let forX =
      needed.contains(.input(0))
      ? g.scalingColumns(by: weight.widened).layerNormBackward(standardized: standardized, inverse: inverse) : nil
    let forWeight = needed.contains(.input(1)) ? (g * standardized).columnSums : nil
    let forBias = needed.contains(.input(2)) ? g.columnSums : nil
    return [forX, forWeight, forBias].map { $0?.converted(to: gradOutput.dtype) }
  }
}
