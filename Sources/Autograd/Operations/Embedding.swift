import Tensors

extension Tape {
  /// `F.embedding(tokens, table)`: the batch's token ids `[..., length]`, table `[vocabulary, n]` -> `[..., length, n]`.
  public mutating func embedding(_ table: ValueID, at tokens: Indices) -> ValueID {
    let rows = self[table]
    return record(
      rows.rows(at: tokens), from: [table], by: EmbeddingOperation(tokens: tokens, vocabulary: rows.shape[0]))
  }
}

/// The gradient of a row is the sum over the places where it was used.
private struct EmbeddingOperation: Operation {
  let tokens: Indices
  let vocabulary: Int
  var name: String { "EmbeddingBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] {
    [gradOutput.addedRows(at: tokens, of: vocabulary)]
  }
}
