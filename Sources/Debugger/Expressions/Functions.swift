import Tensors

/// One function of the expression language. To add one, add a line to a table below.
public struct ExpressionFunction: Sendable {
  /// What an argument is.
  enum Kind: Sendable {
    /// The name of a parameter, or of a hooked module.
    case name
    /// A word of the field's, such as a stage's name.
    case word
    case number
    case value
  }

  public let name: String
  /// How it is written, such as `hook(P[, ID])`.
  public let usage: String
  public let help: String
  let required: [Kind]
  var optional: [Kind] = []
  /// Any number of further arguments, each a value.
  var isVariadic = false
  /// What an argument that is a word may be.
  public var choices: [String] = []
  let evaluate: @Sendable (Evaluation, [EvaluatedArgument]) throws(DebuggerError) -> Value

  public static let all: [ExpressionFunction] = observations + numbers + explanations + events + weights + mathematics

  public var needsArguments: Bool { !required.isEmpty }

  public func takesName(at index: Int) -> Bool { kind(at: index) == .name }
  public func takesWord(at index: Int) -> Bool { kind(at: index) == .word }

  func kind(at index: Int) -> Kind {
    let kinds = required + optional
    return index < kinds.count ? kinds[index] : .value
  }

  func check(_ arguments: [Expression.Argument], _ range: Range<Int>) throws(DebuggerError) {
    let most = isVariadic ? Int.max : required.count + optional.count
    guard arguments.count >= required.count, arguments.count <= most else {
      throw DebuggerError("write \(usage)", word: 0, range: range)
    }
  }
}

/// An argument after evaluation.
enum EvaluatedArgument: Sendable {
  case name(String, Range<Int>)
  case word(String, Range<Int>)
  case value(Value, Range<Int>)
}

extension ExpressionFunction {
  /// What was observed in the step that is looked at.
  private static let observations: [ExpressionFunction] = [
    ExpressionFunction(
      name: "hook", usage: "hook(P[, ID])", help: "what a hook kept of P (the first hook on it, or hook ID)",
      required: [.name], optional: [.number]
    ) { context, arguments throws(DebuggerError) in
      .tensor(try context.hookValue(arguments))
    },
    ExpressionFunction(name: "grad", usage: "grad(P)", help: ".grad as the optimizer used it", required: [.name]) {
      context, arguments throws(DebuggerError) in
      let record = try context.parameter(arguments)
      guard let grad = record.grad else { throw context.error(".grad is None", arguments) }
      return .tensor(grad)
    },
    ExpressionFunction(
      name: "eff", usage: "eff(P)", help: "the effective gradient (before - after)/lr, in float64", required: [.name]
    ) { context, arguments throws(DebuggerError) in
      let record = try context.writtenParameter(arguments)
      guard record.lr != 0 else { throw context.error("lr was 0, so the effective gradient is undefined", arguments) }
      return .tensor(record.effective)
    },
    ExpressionFunction(name: "before", usage: "before(P)", help: "the value before the step", required: [.name]) {
      context, arguments throws(DebuggerError) in .tensor(try context.parameter(arguments).before)
    },
    ExpressionFunction(name: "after", usage: "after(P)", help: "the value after the step", required: [.name]) {
      context, arguments throws(DebuggerError) in .tensor(try context.writtenParameter(arguments).after)
    },
    ExpressionFunction(name: "delta", usage: "delta(P)", help: "after - before", required: [.name]) {
      context, arguments throws(DebuggerError) in
      let record = try context.writtenParameter(arguments)
      return .tensor(record.after - record.before)
    },
  ]

  private static let numbers: [ExpressionFunction] = [
    ExpressionFunction(
      name: "c", usage: "c(P[, ID])", help: "<h, e>/<h, h>, the scale between hook and effective gradient",
      required: [.name], optional: [.number]
    ) { context, arguments throws(DebuggerError) in
      let comparison = try context.comparison(arguments)
      guard let c = comparison.c else {
        throw context.error("c is undefined: \(comparison.reason ?? "0/0")", arguments)
      }
      return .number(c)
    },
    ExpressionFunction(
      name: "cosine", usage: "cosine(P[, ID])", help: "cos of hook and effective gradient", required: [.name],
      optional: [.number]
    ) { context, arguments throws(DebuggerError) in
      let comparison = try context.comparison(arguments)
      guard let cosine = comparison.cosine else {
        throw context.error("the cosine is undefined: \(comparison.reason ?? "the update is 0")", arguments)
      }
      return .number(cosine)
    },
    ExpressionFunction(
      name: "residual", usage: "residual(P[, ID])", help: "norm(e - c h)/norm(e)", required: [.name],
      optional: [.number]
    ) { context, arguments throws(DebuggerError) in
      let comparison = try context.comparison(arguments)
      guard let residual = comparison.residual else {
        throw context.error("the residual is undefined: \(comparison.reason ?? "the update is 0")", arguments)
      }
      return .number(residual)
    },
    ExpressionFunction(
      name: "resolution", usage: "resolution(P)", help: "ulp/lr, the smallest effective gradient the dtype carries",
      required: [.name]
    ) { context, arguments throws(DebuggerError) in
      guard let resolution = try context.parameter(arguments).comparison.resolution else {
        throw context.error("lr was 0, so the resolution is undefined", arguments)
      }
      return .number(resolution)
    },
    ExpressionFunction(
      name: "fired", usage: "fired(P[, ID])", help: "how often the hook fired in the step", required: [.name],
      optional: [.number]
    ) { context, arguments throws(DebuggerError) in
      .number(Double(try context.reading(arguments).timesFired))
    },
    ExpressionFunction(
      name: "lr", usage: "lr[(P)]", help: "the learning rate of the next step", required: [], optional: [.name]
    ) { context, arguments throws(DebuggerError) in
      .number(try context.currentLR(arguments))
    },
    ExpressionFunction(
      name: "lr_used", usage: "lr_used[(P)]", help: "the learning rate the step used", required: [], optional: [.name]
    ) { context, arguments throws(DebuggerError) in
      if !arguments.isEmpty { return .number(try context.parameter(arguments).lrUsed) }
      return .number(try context.record().lrUsed)
    },
    ExpressionFunction(name: "loss", usage: "loss", help: "the step's loss, mean over micro-batches", required: []) {
      context, _ throws(DebuggerError) in
      guard let loss = try context.record().loss else { throw DebuggerError("there is no loss yet in this step") }
      return .number(loss)
    },
    ExpressionFunction(name: "step", usage: "step", help: "steps taken", required: []) { context, _ in
      .number(Double(context.session.step))
    },
    ExpressionFunction(
      name: "total_norm", usage: "total_norm", help: "what clip_grad_norm_ returned: the norm before clipping",
      required: []
    ) { context, _ throws(DebuggerError) in
      guard let clipping = try context.record().clipping else {
        throw DebuggerError("nothing was clipped in this step; set max_grad_norm first")
      }
      return .number(clipping.totalNorm)
    },
  ]

  private static let mathematics: [ExpressionFunction] = [
    reduction("norm", "the Euclidean norm over all arguments", isVariadic: true) { tensors in
      tensors.reduce(0) { $0 + $1.squaredNorm }.squareRoot()
    },
    reduction("max", "the largest element") { $0[0].maximum },
    reduction("min", "the smallest element") { $0[0].minimum },
    reduction("mean", "the mean of the elements") { $0[0].mean },
    reduction("sum", "the sum of the elements") { $0[0].sum },
    elementwise("abs", "magnitudes") {
      abs($0)
    } tensor: {
      $0.magnitude
    },
    ExpressionFunction(name: "sqrt", usage: "sqrt(X)", help: "the square root of a number", required: [.value]) {
      context, arguments throws(DebuggerError) in
      .number(try context.number(arguments, 0).squareRoot())
    },
    pair("cos", "the cosine of two tensors") { a, b in a.dot(b) / (a.squaredNorm * b.squaredNorm).squareRoot() },
    pair("rel", "norm(a - b)/norm(b)") { a, b in
      (a.converted(to: .float64) - b.converted(to: .float64)).norm / b.norm
    },
  ]

  private static func reduction(
    _ name: String, _ help: String, isVariadic: Bool = false, _ body: @escaping @Sendable ([Tensor]) -> Double
  ) -> ExpressionFunction {
    ExpressionFunction(
      name: name, usage: isVariadic ? "\(name)(X, ...)" : "\(name)(X)", help: help, required: [.value],
      isVariadic: isVariadic
    ) { context, arguments throws(DebuggerError) in
      var tensors: [Tensor] = []
      for index in arguments.indices { tensors.append(try context.tensor(arguments, index)) }
      guard tensors.allSatisfy({ $0.count > 0 }) else { throw context.error("the tensor is empty", arguments) }
      return .number(body(tensors))
    }
  }

  private static func elementwise(
    _ name: String, _ help: String, _ number: @escaping @Sendable (Double) -> Double,
    tensor: @escaping @Sendable (Tensor) -> Tensor
  ) -> ExpressionFunction {
    ExpressionFunction(name: name, usage: "\(name)(X)", help: help, required: [.value]) {
      context, arguments throws(DebuggerError) in
      if case .value(.number(let x), _) = arguments[0] { return .number(number(x)) }
      return .tensor(tensor(try context.tensor(arguments, 0)))
    }
  }

  private static func pair(
    _ name: String, _ help: String, _ body: @escaping @Sendable (Tensor, Tensor) -> Double
  ) -> ExpressionFunction {
    ExpressionFunction(name: name, usage: "\(name)(A, B)", help: help, required: [.value, .value]) {
      context, arguments throws(DebuggerError) in
      let (a, b) = (try context.tensor(arguments, 0), try context.tensor(arguments, 1))
      guard a.shape == b.shape else {
        throw context.error("\(name) needs tensors of one shape, these are \(a.shape) and \(b.shape)", arguments)
      }
      return .number(body(a, b))
    }
  }
}
