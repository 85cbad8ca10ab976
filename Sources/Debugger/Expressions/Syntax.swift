/// A parsed expression. Ranges count characters of the text it was parsed from.
public struct Expression: Sendable {
  indirect enum Node: Sendable {
    case number(Double)
    case negate(Expression)
    case not(Expression)
    case binary(Operator, Expression, Expression)
    /// `a ~= b within t`, relative unless `abs` follows.
    case near(Expression, Expression, within: Expression?, absolute: Bool)
    case call(String, [Argument])
    /// `x[i, j]`: an element, or with fewer indices than axes what is left.
    case element(Expression, [Expression])
    /// `$name`.
    case variable(String)
  }

  /// A function's argument: a parameter's or module's name, or an expression.
  enum Argument: Sendable {
    case name(String, Range<Int>)
    /// A word of the field's, such as a stage's name.
    case word(String, Range<Int>)
    case value(Expression)
  }

  enum Operator: String, Sendable, CaseIterable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case equal = "=="
    case unequal = "!="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case less = "<"
    case greater = ">"
    case and
    case or
  }

  let node: Node
  let range: Range<Int>

  /// The parameters and modules it speaks of.
  var names: [(name: String, range: Range<Int>)] {
    switch node {
    case .number, .variable: []
    case .negate(let operand), .not(let operand): operand.names
    case .element(let tensor, let indices): tensor.names + indices.flatMap(\.names)
    case .binary(_, let left, let right): left.names + right.names
    case .near(let left, let right, let tolerance, _): left.names + right.names + (tolerance?.names ?? [])
    case .call(_, let arguments):
      arguments.flatMap { argument -> [(name: String, range: Range<Int>)] in
        switch argument {
        case .name(let name, let range): [(name, range)]
        case .word: [(name: String, range: Range<Int>)]()
        case .value(let expression): expression.names
        }
      }
    }
  }

  /// Whether no step can change it.
  public var isConstant: Bool {
    switch node {
    case .number, .variable: true
    case .negate(let operand), .not(let operand): operand.isConstant
    case .element(let tensor, let indices): tensor.isConstant && indices.allSatisfy(\.isConstant)
    case .binary(_, let left, let right): left.isConstant && right.isConstant
    case .near(let left, let right, let tolerance, _):
      left.isConstant && right.isConstant && (tolerance?.isConstant ?? true)
    case .call(_, let arguments):
      !arguments.isEmpty
        && arguments.allSatisfy { if case .value(let expression) = $0 { expression.isConstant } else { false } }
    }
  }
}
