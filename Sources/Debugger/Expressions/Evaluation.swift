import Tensors
import Training

/// Evaluates expressions on a session. What it looks at is the step in progress, or the last one.
public struct Evaluation: Sendable {
  let session: Session
  /// The step in progress as far as it got, or the last one; made once, it is asked for often.
  let observed: StepRecord?

  public init(_ session: Session) {
    self.session = session
    observed = session.observed
  }

  public func evaluate(_ expression: Expression) throws(DebuggerError) -> Value {
    switch expression.node {
    case .number(let value): return .number(value)
    case .negate(let operand):
      switch try evaluate(operand) {
      case .number(let value): return .number(-value)
      case .tensor(let value): return .tensor(value.negated)
      case .flag: throw mismatch("a number is needed, not true or false", operand)
      }
    case .not(let operand): return .flag(!(try flag(operand)))
    case .binary(.and, let left, let right):
      guard try flag(left) else { return .flag(false) }
      return .flag(try flag(right))
    case .binary(.or, let left, let right):
      if try flag(left) { return .flag(true) }
      return .flag(try flag(right))
    case .binary(let operation, let left, let right):
      return try combine(operation, try evaluate(left), try evaluate(right), expression)
    case .near(let left, let right, let tolerance, let absolute):
      return .flag(try near(left, right, tolerance, absolute, expression))
    case .element(let tensor, let indices): return try element(tensor, indices, expression)
    case .variable(let name):
      guard let value = session.variables[name] else {
        let known = session.variables.keys.sorted().map { "$" + $0 }
        let hint =
          known.isEmpty ? "write first for example: set $\(name) = loss" : "there are \(known.joined(separator: ", "))"
        throw mismatch("no variable $\(name); " + hint, expression)
      }
      return value
    case .call(let name, let arguments):
      return try call(name, arguments, expression)
    }
  }

  /// The two sides of a comparison at the top, for a failed expectation's message.
  public func sides(of expression: Expression) -> (left: Value, right: Value)? {
    switch expression.node {
    case .near(let left, let right, _, _): values(left, right)
    case .binary(let operation, let left, let right) where operation.isRelation: values(left, right)
    default: nil
    }
  }

  private func values(_ left: Expression, _ right: Expression) -> (left: Value, right: Value)? {
    guard let left = try? evaluate(left), let right = try? evaluate(right) else { return nil }
    return (left, right)
  }

  private func call(
    _ name: String, _ arguments: [Expression.Argument], _ expression: Expression
  ) throws(DebuggerError) -> Value {
    guard let function = ExpressionFunction.all.first(where: { $0.name == name }) else {
      throw mismatch("no function '\(name)'", expression)
    }
    var evaluated: [EvaluatedArgument] = []
    for argument in arguments {
      switch argument {
      case .name(let name, let range): evaluated.append(.name(name, range))
      case .word(let word, let range): evaluated.append(.word(word, range))
      case .value(let inner): evaluated.append(.value(try evaluate(inner), inner.range))
      }
    }
    do {
      return try function.evaluate(self, evaluated)
    } catch {
      var placed = error
      if placed.range == nil { (placed.word, placed.range) = (0, expression.range) }
      throw placed
    }
  }

  private func element(
    _ operand: Expression, _ indices: [Expression], _ whole: Expression
  ) throws(DebuggerError) -> Value {
    guard case .tensor(var tensor) = try evaluate(operand) else {
      throw mismatch("only a tensor has elements", operand)
    }
    guard indices.count <= tensor.shape.rank else {
      throw mismatch("\(tensor.shape) has \(tensor.shape.rank) axes, these are \(indices.count) indices", whole)
    }
    for (axis, index) in indices.enumerated() {
      guard case .number(let number) = try evaluate(index), let place = Int(exactly: number) else {
        throw mismatch("an index is a whole number", index)
      }
      let size = tensor.shape[0]
      guard place >= -size, place < size else {
        throw mismatch("index \(place) is out of bounds for dimension \(axis) with size \(size)", index)
      }
      tensor = tensor.entry(place < 0 ? place + size : place)
    }
    return tensor.shape.rank == 0 ? .number(tensor[0]) : .tensor(tensor)
  }

  private func combine(
    _ operation: Expression.Operator, _ left: Value, _ right: Value, _ expression: Expression
  ) throws(DebuggerError) -> Value {
    switch (left, right) {
    case (.number(let a), .number(let b)): return operation.apply(a, b)
    case (.tensor(let a), .tensor(let b)):
      guard a.shape == b.shape else {
        throw mismatch("the shapes \(a.shape) and \(b.shape) do not fit together", expression)
      }
      let dtype: DType = a.dtype == b.dtype ? a.dtype : .float64
      if let result = operation.apply(a.converted(to: dtype), b.converted(to: dtype)) { return result }
    case (.tensor(let a), .number(let b)):
      if let result = operation.apply(a, Tensor(full: a.shape, value: b, dtype: a.dtype)) { return result }
    case (.number(let a), .tensor(let b)):
      if let result = operation.apply(Tensor(full: b.shape, value: a, dtype: b.dtype), b) { return result }
    default: break
    }
    throw mismatch("'\(operation.rawValue)' cannot be used on \(left.kind) and \(right.kind)", expression)
  }

  private func near(
    _ left: Expression, _ right: Expression, _ tolerance: Expression?, _ absolute: Bool, _ whole: Expression
  ) throws(DebuggerError) -> Bool {
    var within = 1e-6
    if let tolerance {
      guard case .number(let value) = try evaluate(tolerance) else {
        throw mismatch("the tolerance must be a number", tolerance)
      }
      guard value >= 0 else { throw mismatch("the tolerance must be at least 0", tolerance) }
      within = value
    }
    func isNear(_ a: Double, _ b: Double) -> Bool {
      a == b || abs(a - b) <= (absolute ? within : within * max(abs(a), abs(b)))
    }
    switch (try evaluate(left), try evaluate(right)) {
    case (.number(let a), .number(let b)): return isNear(a, b)
    case (.tensor(let a), .tensor(let b)):
      guard a.shape == b.shape else {
        throw mismatch("the shapes \(a.shape) and \(b.shape) do not fit together", whole)
      }
      // Relative to the largest element: single small ones are mostly rounding.
      let scale = absolute ? 1 : max(a.maxMagnitude, b.maxMagnitude)
      return (a.converted(to: .float64) - b.converted(to: .float64)).maxMagnitude <= within * scale
    case (let a, let b):
      throw mismatch("'~=' cannot be used on \(a.kind) and \(b.kind)", whole)
    }
  }

  private func flag(_ expression: Expression) throws(DebuggerError) -> Bool {
    guard case .flag(let value) = try evaluate(expression) else {
      throw mismatch("a comparison is needed here", expression)
    }
    return value
  }

  private func mismatch(_ message: String, _ expression: Expression) -> DebuggerError {
    DebuggerError(message, word: 0, range: expression.range)
  }
}

extension Expression.Operator {
  var isRelation: Bool {
    switch self {
    case .equal, .unequal, .less, .greater, .lessOrEqual, .greaterOrEqual: true
    default: false
    }
  }

  func apply(_ a: Double, _ b: Double) -> Value {
    switch self {
    case .add: .number(a + b)
    case .subtract: .number(a - b)
    case .multiply: .number(a * b)
    case .divide: .number(a / b)
    case .equal: .flag(a == b)
    case .unequal: .flag(a != b)
    case .less: .flag(a < b)
    case .greater: .flag(a > b)
    case .lessOrEqual: .flag(a <= b)
    case .greaterOrEqual: .flag(a >= b)
    case .and, .or: .flag(false)
    }
  }

  func apply(_ a: Tensor, _ b: Tensor) -> Value? {
    switch self {
    case .add: .tensor(a + b)
    case .subtract: .tensor(a - b)
    case .multiply: .tensor(a * b)
    case .divide: .tensor(a / b)
    case .equal: .flag((a - b).maxMagnitude == 0)
    case .unequal: .flag((a - b).maxMagnitude != 0)
    default: nil
    }
  }
}
