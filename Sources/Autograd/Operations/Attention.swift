import Tensors

extension Tape {
  /// Rotary position embedding of every head of x `[batch, length, heads * headSize]`.
  public mutating func rotate(_ x: ValueID, by table: RotaryTable) -> ValueID {
    record(self[x].rotated(table), from: [x], by: RotaryOperation(table: table))
  }

  /// `F.scaled_dot_product_attention(q, k, v, is_causal=True)` with the heads side by side in the last
  /// axis: q `[batch, length, heads * headSize]`, k and v with their own number of heads.
  public mutating func attention(_ q: ValueID, _ k: ValueID, _ v: ValueID, _ sizes: AttentionHeads) -> ValueID {
    let (queries, keys, values) = (self[q], self[k], self[v])
    let (output, probabilities) = Tensor.attention(queries, keys, values, sizes)
    return record(
      output, from: [q, k, v],
      by: AttentionOperation(q: queries, k: keys, v: values, probabilities: probabilities, sizes: sizes))
  }
}

/// A rotation's gradient is the rotation back.
private struct RotaryOperation: Operation {
  let table: RotaryTable
  var name: String { "AddBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] { [gradOutput.rotated(table, backwards: true)] }
}

private struct AttentionOperation: Operation {
  let q: Tensor
  let k: Tensor
  let v: Tensor
  let probabilities: Tensor
  let sizes: AttentionHeads
  var name: String { "ScaledDotProductFlashAttentionForCpuBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] {
    Tensor.attentionBackward(gradOutput, q, k, v, probabilities: probabilities, sizes)
  }
}
