import Tensors

extension Tape {
  /// The sum of two values of one shape.
  public mutating func add(_ a: ValueID, _ b: ValueID) -> ValueID {
    record(self[a] + self[b], from: a, b, by: AddOperation())
  }

  /// A value times a number.
  public mutating func scale(_ a: ValueID, by factor: Double) -> ValueID {
    record(self[a].scaled(by: factor), from: a, by: ScaleOperation(factor: factor))
  }

  /// A value divided by a number: not always the same bits as multiplying with its inverse.
  public mutating func divide(_ a: ValueID, by divisor: Double) -> ValueID {
    record(self[a].divided(by: divisor), from: a, by: DivideOperation(divisor: divisor))
  }
}

private struct AddOperation: Operation {
  var name: String { "AddBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] { [gradOutput, gradOutput] }
}

private struct ScaleOperation: Operation {
  let factor: Double
  var name: String { "MulBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] { [gradOutput.scaled(by: factor)] }
}

private struct DivideOperation: Operation {
  let divisor: Double
  var name: String { "DivBackward0" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] { [gradOutput.divided(by: divisor)] }
}
