import Tensors

extension Tape {
  /// The elementwise product of two values of one shape.
  public mutating func multiply(_ a: ValueID, _ b: ValueID) -> ValueID {
    let (left, right) = (self[a], self[b])
    return record(left * right, from: [a, b], by: ProductOperation(a: left, b: right))
  }

  /// `x * vector`: x `[..., n]`, one factor `[n]` for each column.
  public mutating func scaleColumns(_ x: ValueID, by vector: ValueID) -> ValueID {
    let (matrix, factors) = (self[x], self[vector])
    return record(
      matrix.scalingColumns(by: factors), from: [x, vector],
      by: ScaleColumnsOperation(x: matrix, vector: factors))
  }

  /// `x - row`: x `[..., n]`, row `[n]`.
  public mutating func subtractRow(_ x: ValueID, _ row: ValueID) -> ValueID {
    record(self[x].subtractingRow(self[row]), from: [x, row], by: SubtractRowOperation())
  }

  /// A value plus a number.
  public mutating func add(_ x: ValueID, constant number: Double) -> ValueID {
    record(self[x].adding(number), from: [x], by: PassOperation(name: "AddBackward0"))
  }

  /// `x / divisor`, elementwise by a tensor that is not differentiated.
  public mutating func divide(_ x: ValueID, byConstant divisor: Tensor) -> ValueID {
    record(self[x] / divisor, from: [x], by: QuotientOperation(divisor: divisor))
  }

  /// `x.to(dtype)`; its gradient is converted back.
  public mutating func cast(_ x: ValueID, to dtype: DType) -> ValueID {
    let value = self[x]
    if value.dtype == dtype { return x }
    return record(value.converted(to: dtype), from: [x], by: CastOperation(dtype: value.dtype))
  }
}

private struct ProductOperation: Operation {
  let a: Tensor
  let b: Tensor
  var name: String { "MulBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] {
    [needed.contains(.input(0)) ? gradOutput * b : nil, needed.contains(.input(1)) ? gradOutput * a : nil]
  }
}

private struct ScaleColumnsOperation: Operation {
  let x: Tensor
  let vector: Tensor
  var name: String { "MulBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] {
    [
      needed.contains(.input(0)) ? gradOutput.scalingColumns(by: vector) : nil,
      needed.contains(.input(1)) ? (gradOutput * x).columnSums : nil,
    ]
  }
}

/// The row is subtracted from every row of x: it gets the sum over them, with its sign.
private struct SubtractRowOperation: Operation {
  var name: String { "SubBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] {
    [gradOutput, needed.contains(.input(1)) ? gradOutput.columnSums.negated : nil]
  }
}

/// The gradient passes through unchanged.
private struct PassOperation: Operation {
  let name: String

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] { [gradOutput] }
}

private struct QuotientOperation: Operation {
  let divisor: Tensor
  var name: String { "DivBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] { [gradOutput / divisor] }
}

private struct CastOperation: Operation {
  let dtype: DType
  var name: String { "ToCopyBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] { [gradOutput.converted(to: dtype)] }
}
