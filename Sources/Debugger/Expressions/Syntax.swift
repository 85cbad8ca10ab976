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
  }

  /// A function's argument: a parameter's or module's name, or an expression.
  enum Argument: Sendable {
    case name(String, Range<Int>)
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
}
