import Tensors

/// Where a model's weights come from.
enum WeightSource {
  /// What torch would draw, in the order of the calls.
  case drawn(TorchGenerator)
  /// A checkpoint's tensors, each shown to somebody who may refuse it.
  case stored(Checkpoint, (_ name: String, Tensor) throws(ModelError) -> Void)

  /// What a weight is at first if it is drawn.
  enum Beginning {
    /// transformers' `initializer_range`, 0.02.
    case normal
    case ones
    case zeros
  }

  /// The value of a parameter. `name` is the one in the base model's state dict, `sizes` are its dimensions.
  mutating func take(
    _ name: String, _ sizes: [Int], _ beginning: Beginning, dtype: DType
  ) throws(ModelError) -> Tensor {
    if case .stored(let checkpoint, let show) = self {
      let tensor = try checkpoint.value(name, sizes, dtype)
      try show(name, tensor)
      return tensor
    }
    let shape = Shape(sizes)
    switch beginning {
    case .ones: return Tensor(full: shape, value: 1, dtype: dtype)
    case .zeros: return Tensor(zeros: shape, dtype: dtype)
    case .normal: return draw { $0.normal(shape, std: 0.02, dtype: dtype) }
    }
  }

  /// Whether a tied weight is another one than it is tied to: in a checkpoint that has numbers of its own for it,
  /// which transformers then keeps.
  func isUntied(_ name: String, from other: Tensor) throws(ModelError) -> Bool {
    guard case .stored(let checkpoint, _) = self, checkpoint.has(name) else { return false }
    return !(try checkpoint.value(name, other.shape.dimensions, other.dtype)).isIdentical(to: other)
  }

  /// Draws a tensor; only weights that are drawn are asked for one.
  mutating func draw(_ body: (inout TorchGenerator) -> Tensor) -> Tensor {
    guard case .drawn(var generator) = self else { preconditionFailure("stored weights are not drawn") }
    let tensor = body(&generator)
    self = .drawn(generator)
    return tensor
  }

  /// Hands a generator on to whoever draws next.
  func advance(_ generator: inout TorchGenerator) {
    if case .drawn(let advanced) = self { generator = advanced }
  }
}
