import Debugger

extension Command {
  static let print = Command(
    name: "print", aliases: ["p"], group: .looking, usage: ["print[/FORMAT] EXPR"],
    summary: "evaluate an expression",
    details:
      "FORMAT is as in gdb: f (decimals), e (exponent), g (shortest), x (the bits, hexadecimal), t (binary), a number "
      + "before it for the digits, and a for all elements instead of a corner: print/3f, print/ax.\n\n"
      + Topic.expressionHelp.joined(separator: "\n"),
    example: "print norm(hook(0.lora_B))", takesExpression: true, takesFormat: true, complete: { $0.expressionWords() }
  ) { interpreter, statement throws(CommandError) in
    let format = try NumberStyle(statement.name)
    let value = try interpreter.evaluate(statement).value
    interpreter.emit(.printed(expression: statement.tail.text, value, format))
  }

  static let expect = Command(
    name: "expect", group: .looking, usage: ["expect EXPR"],
    summary: "check that something holds; a batch run exits with status 1 if it does not",
    details: "A failed expectation is reported and the script goes on.\n\n"
      + Topic.expressionHelp.joined(separator: "\n"),
    example: "expect c(0.lora_B) ~= 1 within 1e-4", takesExpression: true, isEchoed: false,
    complete: { $0.expressionWords() }
  ) { interpreter, statement throws(CommandError) in
    let (expression, value) = try interpreter.evaluate(statement)
    guard case .flag(let holds) = value else {
      throw CommandError("expect needs a comparison, such as: expect loss < 1", range: statement.tail.range)
    }
    let sides = Evaluation(interpreter.session).sides(of: expression)
    interpreter.report(holds, statement.tail.text, statement, left: sides?.left, right: sides?.right)
  }
}

extension Interpreter {
  fileprivate mutating func evaluate(_ statement: Statement) throws(CommandError) -> (
    expression: Expression, value: Value
  ) {
    try debugger(at: statement.tail) { session throws(DebuggerError) in
      let expression = try ExpressionParser.parse(statement.tail.text)
      return (expression, try Evaluation(session).evaluate(expression))
    }
  }

  /// Tells what an expectation came to, and counts it if it failed.
  mutating func report(
    _ holds: Bool, _ expression: String, _ statement: Statement, left: Value? = nil, right: Value? = nil
  ) {
    let place = fileInProgress.map { "\($0):\(statement.lineNumber): " } ?? ""
    emit(
      .expectation(
        Message.Expectation(holds: holds, expression: expression, left: left, right: right, place: place)))
    if !holds { expectationFailed() }
  }
}
