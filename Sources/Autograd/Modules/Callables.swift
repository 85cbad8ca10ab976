import Tensors

// The calls that built-in models are made of.

/// `nn.Linear`: operands x, weight and, if it has one, bias.
public struct LinearCall: Callable {
  public init() {}

  public func call(_ inputs: [Tape.ValueID], on tape: inout Tape) -> Tape.ValueID {
    tape.linear(inputs[0], weight: inputs[1], bias: inputs.count > 2 ? inputs[2] : nil)
  }
}

/// transformers' `Conv1D`: operands x, weight and bias.
public struct Conv1DCall: Callable {
  public init() {}

  public func call(_ inputs: [Tape.ValueID], on tape: inout Tape) -> Tape.ValueID {
    tape.conv1D(inputs[0], weight: inputs[1], bias: inputs.count > 2 ? inputs[2] : nil)
  }
}

/// `nn.ReLU`, `nn.Tanh`, ...
public struct ActivationCall: Callable {
  let activation: Activation

  public init(_ activation: Activation) {
    self.activation = activation
  }

  public func call(_ inputs: [Tape.ValueID], on tape: inout Tape) -> Tape.ValueID {
    tape.apply(activation, to: inputs[0])
  }
}

/// A value times a constant, such as LoRA's `scaling`.
public struct ScaleCall: Callable {
  let factor: Double

  public init(_ factor: Double) {
    self.factor = factor
  }

  public func call(_ inputs: [Tape.ValueID], on tape: inout Tape) -> Tape.ValueID {
    tape.scale(inputs[0], by: factor)
  }
}

/// `nn.Embedding`: the batch's token ids in a table, its only operand.
public struct EmbeddingCall: Callable {
  public init() {}

  public func call(_ inputs: [Tape.ValueID], on tape: inout Tape) -> Tape.ValueID {
    guard let tokens = tape.tokens else { preconditionFailure("an embedding without token ids") }
    return tape.embedding(inputs[0], at: tokens)
  }
}

/// `nn.Embedding` of each token's place in its row: operand the table of positions.
public struct PositionCall: Callable {
  public init() {}

  public func call(_ inputs: [Tape.ValueID], on tape: inout Tape) -> Tape.ValueID {
    guard let tokens = tape.tokens else { preconditionFailure("an embedding without token ids") }
    let length = max(tokens.shape.columns, 1)
    let places = tokens.values.indices.map { $0 % length }
    return tape.embedding(inputs[0], at: Indices(places, shape: tokens.shape))
  }
}

/// Some columns of a value: its only operand.
public struct ColumnsCall: Callable {
  let range: Range<Int>

  public init(_ range: Range<Int>) {
    self.range = range
  }

  public func call(_ inputs: [Tape.ValueID], on tape: inout Tape) -> Tape.ValueID {
    tape.columns(inputs[0], range)
  }
}

/// `nn.LayerNorm`: operands x, weight and bias.
public struct LayerNormCall: Callable {
  let eps: Double

  public init(eps: Double) {
    self.eps = eps
  }

  public func call(_ inputs: [Tape.ValueID], on tape: inout Tape) -> Tape.ValueID {
    tape.layerNorm(inputs[0], weight: inputs[1], bias: inputs[2], eps: eps)
  }
}

/// `LlamaRMSNorm`: operands x and weight.
public struct RMSNormCall: Callable {
  let eps: Double

  public init(eps: Double) {
    self.eps = eps
  }

  public func call(_ inputs: [Tape.ValueID], on tape: inout Tape) -> Tape.ValueID {
    tape.rmsNorm(inputs[0], weight: inputs[1], eps: eps)
  }
}

/// Causal self-attention: operands q, k and v as their projections gave them, q and k turned by their positions
/// if there are frequencies.
public struct AttentionCall: Callable {
  let sizes: AttentionHeads
  let frequencies: RotaryFrequencies?

  public init(_ sizes: AttentionHeads, _ frequencies: RotaryFrequencies? = nil) {
    self.sizes = sizes
    self.frequencies = frequencies
  }

  public func call(_ inputs: [Tape.ValueID], on tape: inout Tape) -> Tape.ValueID {
    guard let frequencies else { return tape.attention(inputs[0], inputs[1], inputs[2], sizes) }
    let table = RotaryTable(positions: tape[inputs[0]].shape[1], frequencies)
    let q = tape.rotate(inputs[0], by: table)
    let k = tape.rotate(inputs[1], by: table)
    return tape.attention(q, k, inputs[2], sizes)
  }
}

/// `nn.Dropout(p)` in training; `stream` tells its uses in a model apart.
public struct DropoutCall: Callable {
  let p: Double
  let stream: UInt64

  public init(p: Double, stream: UInt64) {
    self.p = p
    self.stream = stream
  }

  public func call(_ inputs: [Tape.ValueID], on tape: inout Tape) -> Tape.ValueID {
    tape.dropout(inputs[0], p: p, stream: stream)
  }
}

/// The elementwise product of two values.
public struct MultiplyCall: Callable {
  public init() {}

  public func call(_ inputs: [Tape.ValueID], on tape: inout Tape) -> Tape.ValueID {
    tape.multiply(inputs[0], inputs[1])
  }
}

/// The sum of two values.
public struct AddCall: Callable {
  public init() {}

  public func call(_ inputs: [Tape.ValueID], on tape: inout Tape) -> Tape.ValueID {
    tape.add(inputs[0], inputs[1])
  }
}
