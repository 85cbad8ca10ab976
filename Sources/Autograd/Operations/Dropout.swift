import Tensors

extension Tape {
  /// `F.dropout(x, p)` in training: a mask of 0 and 1/(1 - p). The mask follows from the tape's seed and
  /// `stream`, so that a recomputed forward drops the same numbers. (torch draws its masks elsewhere.)
  public mutating func dropout(_ x: ValueID, p: Double, stream: UInt64) -> ValueID {
    var generator = TorchGenerator(seed: (randomSeed &+ stream &* 0x9e37_79b9).mixed)
    let mask = generator.dropoutMask(self[x].shape, keeping: 1 - p, dtype: self[x].dtype)
    return record(self[x] * mask, from: [x], by: DropoutOperation(mask: mask))
  }
}

private struct DropoutOperation: Operation {
  let mask: Tensor
  var name: String { "NativeDropoutBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] { [gradOutput * mask] }
}

extension UInt64 {
  /// Spreads every bit over the word (the finalizer of MurmurHash3): neighbours become unrelated seeds.
  public var mixed: UInt64 {
    var word = self
    word = (word ^ word >> 33) &* 0xff51_afd7_ed55_8ccd
    word = (word ^ word >> 33) &* 0xc4ce_b9fe_1a85_ec53
    return word ^ word >> 33
  }
}
