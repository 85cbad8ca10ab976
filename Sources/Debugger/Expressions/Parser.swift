/// Turns the text of an expression into a tree, by precedence:
/// or, and, not, comparison, + -, * /, unary minus, [index], call.
public struct ExpressionParser {
  private let text: [Character]
  private var position = 0
  private var depth = 0
  private var joints = 0

  /// Deeper nesting and longer chains than any person writes; they keep hostile input off the stack's end.
  private static let maximumDepth = 200
  private static let maximumJoints = 500

  private static let nameHint =
    "; a parameter is named inside a function, such as hook(0.lora_A) ('help expressions' lists them)"

  public static func parse(_ text: String) throws(DebuggerError) -> Expression {
    var parser = ExpressionParser(text: Array(text))
    parser.skipSpaces()
    guard parser.position < parser.text.count else { throw DebuggerError("an expression is needed") }
    let expression = try parser.either()
    parser.skipSpaces()
    guard parser.position == parser.text.count else {
      throw parser.error("unexpected '\(parser.text[parser.position])'", parser.position..<parser.text.count)
    }
    return expression
  }

  private init(text: [Character]) {
    self.text = text
  }

  private mutating func either() throws(DebuggerError) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= ExpressionParser.maximumDepth else {
      throw error("the expression is nested too deeply", position..<text.count)
    }
    var left = try both()
    while takeWord("or") { left = try join(.or, left, try both()) }
    return left
  }

  private mutating func both() throws(DebuggerError) -> Expression {
    var left = try negation()
    while takeWord("and") { left = try join(.and, left, try negation()) }
    return left
  }

  private mutating func negation() throws(DebuggerError) -> Expression {
    skipSpaces()
    let start = position
    var count = 0
    while takeWord("not") { count += 1 }
    let operand = try comparison()
    if count == 0 { return operand }
    // Two negations are enough to show that the operand must be a truth value.
    let once = Expression(node: .not(operand), range: start..<position)
    return count % 2 == 1 ? once : Expression(node: .not(once), range: start..<position)
  }

  private mutating func comparison() throws(DebuggerError) -> Expression {
    let left = try sum()
    if take("~=") {
      let right = try sum()
      var tolerance: Expression?
      var absolute = false
      if takeWord("within") {
        tolerance = try sum()
        absolute = takeWord("abs")
      }
      let range = left.range.lowerBound..<position
      return Expression(node: .near(left, right, within: tolerance, absolute: absolute), range: range)
    }
    for relation in [Expression.Operator.equal, .unequal, .lessOrEqual, .greaterOrEqual, .less, .greater]
    where take(relation.rawValue) {
      return try join(relation, left, try sum())
    }
    skipSpaces()
    if position < text.count, text[position] == "=" {
      throw error("'=' compares nothing here; write == or ~=", position..<position + 1)
    }
    return left
  }

  private mutating func sum() throws(DebuggerError) -> Expression {
    var left = try product()
    while true {
      if take("+") {
        left = try join(.add, left, try product())
      } else if take("-") {
        left = try join(.subtract, left, try product())
      } else {
        return left
      }
    }
  }

  private mutating func product() throws(DebuggerError) -> Expression {
    var left = try factor()
    while true {
      if take("*") {
        left = try join(.multiply, left, try factor())
      } else if take("/") {
        left = try join(.divide, left, try factor())
      } else {
        return left
      }
    }
  }

  private mutating func factor() throws(DebuggerError) -> Expression {
    skipSpaces()
    let start = position
    var negations = 0
    while take("-") { negations += 1 }
    var operand = try atom()
    while take("[") { operand = try element(of: operand) }
    return negations % 2 == 0 ? operand : Expression(node: .negate(operand), range: start..<position)
  }

  private mutating func atom() throws(DebuggerError) -> Expression {
    skipSpaces()
    let start = position
    guard position < text.count else {
      throw error("a number, a function or '(' is missing", max(0, position - 1)..<max(1, position))
    }
    if take("(") {
      let inner = try either()
      guard take(")") else { throw error("')' is missing", start..<start + 1) }
      return Expression(node: inner.node, range: start..<position)
    }
    if text[position].isNumber || text[position] == "." { return try number() }
    if take("$") { return try variable(from: start) }
    let word = takeIdentifier()
    guard !word.isEmpty else {
      throw error("'\(text[position])' is not a number, a function or '('", position..<position + 1)
    }
    guard let function = ExpressionFunction.all.first(where: { $0.name == word }) else {
      let known = ExpressionFunction.all.map(\.name)
      if let setting = Setting.all.first(where: { $0.name == word || $0.aliases.contains(word) }) {
        throw error("no function '\(word)'; it is a setting: show \(setting.name)", start..<position)
      }
      let hint = didYouMean(word, among: known)
      throw error("no function '\(word)'" + (hint.isEmpty ? ExpressionParser.nameHint : hint), start..<position)
    }
    let arguments = take("(") ? try arguments(of: function, from: start) : []
    let range = start..<position
    try function.check(arguments, range)
    return Expression(node: .call(word, arguments), range: range)
  }

  /// `[i, j]` after a tensor.
  private mutating func element(of tensor: Expression) throws(DebuggerError) -> Expression {
    let start = position - 1
    joints += 1
    guard joints <= ExpressionParser.maximumJoints else { throw error("too many indices", start..<position) }
    var indices: [Expression] = []
    repeat { indices.append(try either()) } while take(",")
    guard take("]") else { throw error("']' is missing", start..<start + 1) }
    return Expression(node: .element(tensor, indices), range: tensor.range.lowerBound..<position)
  }

  private mutating func variable(from start: Int) throws(DebuggerError) -> Expression {
    let name = takeIdentifier()
    guard !name.isEmpty else { throw error("a variable's name is missing after $", start..<start + 1) }
    return Expression(node: .variable(name), range: start..<position)
  }

  private mutating func arguments(
    of function: ExpressionFunction, from start: Int
  ) throws(DebuggerError) -> [Expression.Argument] {
    var arguments: [Expression.Argument] = []
    if take(")") { return arguments }
    repeat {
      switch function.kind(at: arguments.count) {
      case .name:
        let (text, range) = try name("the name of a parameter or module")
        arguments.append(.name(text, range))
      case .word:
        let (text, range) = try name("a word such as clip_norm")
        arguments.append(.word(text, range))
      case .number, .value: arguments.append(.value(try either()))
      }
    } while take(",")
    guard take(")") else { throw error("')' is missing after \(function.name)(", start..<position) }
    return arguments
  }

  /// A parameter's name runs to the next comma or parenthesis: `0.lora_B` and `*.lora_?` are names.
  private mutating func name(_ what: String) throws(DebuggerError) -> (text: String, range: Range<Int>) {
    skipSpaces()
    let start = position
    while position < text.count, !",() ".contains(text[position]) { position += 1 }
    guard position > start else { throw error("\(what) is missing", start..<start + 1) }
    return (String(text[start..<position]), start..<position)
  }

  private mutating func number() throws(DebuggerError) -> Expression {
    let start = position
    while position < text.count {
      let character = text[position]
      let isExponentSign =
        (character == "+" || character == "-") && position > start && "eE".contains(text[position - 1])
      guard character.isLetter || character.isNumber || "._".contains(character) || isExponentSign else { break }
      position += 1
    }
    let word = String(text[start..<position])
    guard let value = Double(word), value.isFinite else {
      let isName = word.contains(where: \.isLetter) && word.contains(".")
      throw error("'\(word)' is not a number" + (isName ? ExpressionParser.nameHint : ""), start..<position)
    }
    return Expression(node: .number(value), range: start..<position)
  }

  private mutating func join(
    _ operation: Expression.Operator, _ left: Expression, _ right: Expression
  ) throws(DebuggerError) -> Expression {
    joints += 1
    guard joints <= ExpressionParser.maximumJoints else {
      throw error("the expression has more than \(ExpressionParser.maximumJoints) operators", right.range)
    }
    return Expression(node: .binary(operation, left, right), range: left.range.lowerBound..<right.range.upperBound)
  }

  private mutating func skipSpaces() {
    while position < text.count, text[position].isWhitespace { position += 1 }
  }

  private mutating func take(_ symbol: String) -> Bool {
    skipSpaces()
    guard text[position...].starts(with: symbol) else { return false }
    position += symbol.count
    return true
  }

  private mutating func takeWord(_ word: String) -> Bool {
    skipSpaces()
    let start = position
    if takeIdentifier() == word { return true }
    position = start
    return false
  }

  private mutating func takeIdentifier() -> String {
    let start = position
    while position < text.count,
      text[position].isLetter || text[position] == "_" || (position > start && text[position].isNumber)
    {
      position += 1
    }
    return String(text[start..<position])
  }

  private func error(_ message: String, _ range: Range<Int>) -> DebuggerError {
    // What is missing at the end is shown at the last character.
    let inside = range.clamped(to: 0..<text.count)
    return DebuggerError(message, word: 0, range: inside.isEmpty ? max(0, text.count - 1)..<text.count : inside)
  }
}
