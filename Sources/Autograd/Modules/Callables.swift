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

/// The sum of two values.
public struct AddCall: Callable {
  public init() {}

  public func call(_ inputs: [Tape.ValueID], on tape: inout Tape) -> Tape.ValueID {
    tape.add(inputs[0], inputs[1])
  }
}
