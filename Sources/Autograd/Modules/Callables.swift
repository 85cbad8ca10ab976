import Tensors

// The calls that built-in models are made of.

/// `nn.Linear`: operands x, weight and, if it has one, bias.
public struct LinearCall: Callable {
  public init() {}

  public func call(_ inputs: [Tape.ValueID], on tape: inout Tape) -> Tape.ValueID {
    tape.linear(inputs[0], weight: inputs[1], bias: inputs.count > 2 ? inputs[2] : nil)
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

/// Causal self-attention with rotary positions: operands q, k and v as their projections gave them.
public struct AttentionCall: Callable {
  let sizes: AttentionHeads
  let theta: Double

  public init(_ sizes: AttentionHeads, theta: Double) {
    self.sizes = sizes
    self.theta = theta
  }

  public func call(_ inputs: [Tape.ValueID], on tape: inout Tape) -> Tape.ValueID {
    let table = RotaryTable(positions: tape[inputs[0]].shape[1], headSize: sizes.headSize, theta: theta)
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
