import LoRA
import Tensors
import Training

extension ExpressionFunction {
  /// What the ledger says of the step that is looked at.
  static let explanations: [ExpressionFunction] = [
    ExpressionFunction(
      name: "acted", usage: "acted(P, STAGE[, ID])", help: "whether a stage of the ledger changed the gradient",
      required: [.name, .word], optional: [.number], choices: LedgerStage.allCases.map(\.rawValue)
    ) { context, arguments throws(DebuggerError) in
      .flag(try !context.acting(arguments).isEmpty)
    },
    ExpressionFunction(
      name: "factor", usage: "factor(P, STAGE[, ID])", help: "the stage's factor; 1 if it changed nothing",
      required: [.name, .word], optional: [.number], choices: LedgerStage.allCases.map(\.rawValue)
    ) { context, arguments throws(DebuggerError) in
      var product = 1.0
      for stage in try context.acting(arguments) {
        guard let factor = stage.factor else {
          throw context.error("the factor of \(stage.stage.rawValue) is 0/0", arguments, at: 1)
        }
        product *= factor
      }
      return .number(product)
    },
    ExpressionFunction(
      name: "stages", usage: "stages(P[, ID])", help: "how many stages of the ledger changed the gradient",
      required: [.name], optional: [.number]
    ) { context, arguments throws(DebuggerError) in
      .number(Double(try context.explanation(arguments, id: 1).actingStages.count))
    },
    ExpressionFunction(
      name: "verdict", usage: "verdict(P, VERDICT[, ID])",
      help: "whether the verdict is " + Verdict.allCases.map(\.rawValue).joined(separator: ", "),
      required: [.name, .word], optional: [.number], choices: Verdict.allCases.map(\.rawValue)
    ) { context, arguments throws(DebuggerError) in
      let word = try context.word(arguments, 1)
      guard let verdict = Verdict(rawValue: word) else {
        let known = Verdict.allCases.map(\.rawValue)
        throw context.error(
          "no verdict '\(word)'" + didYouMean(word, orOneOf: known),
          arguments, at: 1)
      }
      return .flag(try context.comparison([arguments[0]] + arguments.dropFirst(2)).verdict == verdict)
    },
  ]

  /// How the step went.
  static let events: [ExpressionFunction] = [
    ExpressionFunction(
      name: "forwards", usage: "forwards(M)", help: "how often M's forward ran in the step, recomputation included",
      required: [.name]
    ) { context, arguments throws(DebuggerError) in
      .number(Double(try context.forwardCount(arguments)))
    }
  ]

  /// What the step means for the weight that an adapter stands for.
  static let weights: [ExpressionFunction] = [
    ExpressionFunction(name: "G", usage: "G(M)", help: "dL/dW of M's merged weight, in float64", required: [.name]) {
      context, arguments throws(DebuggerError) in
      .tensor(
        try context.ofLayer(arguments) { step, layer throws(DebuggerError) in try step.weightGradient(layer).g })
    },
    ExpressionFunction(
      name: "virtual", usage: "virtual(M)", help: "s(B gA + gB A): what the gradients do to M's weight, to first order",
      required: [.name]
    ) { context, arguments throws(DebuggerError) in
      .tensor(
        try context.ofLayer(arguments) { step, layer throws(DebuggerError) in try step.virtualGradient(layer) })
    },
    ExpressionFunction(
      name: "dW", usage: "dW(M)", help: "after - before of M's merged weight, in float64", required: [.name]
    ) { context, arguments throws(DebuggerError) in
      .tensor(
        try context.ofLayer(arguments) { step, layer throws(DebuggerError) in try step.weightChange(layer) })
    },
  ]
}

extension Evaluation {
  /// The explanation of the first argument's gradient; the argument at `id`, if there, is a hook's ID.
  fileprivate func explanation(_ arguments: [EvaluatedArgument], id: Int) throws(DebuggerError) -> Explanation {
    let parameter = try parameter(arguments)
    let hook = arguments.count > id ? try hookID([arguments[0], arguments[id]]) : nil
    return try located(arguments) { () throws(DebuggerError) in try session.explain(parameter.parameter, hook: hook) }
  }

  /// The stages of the second argument's name that changed the gradient.
  fileprivate func acting(_ arguments: [EvaluatedArgument]) throws(DebuggerError) -> [Explanation.Stage] {
    let word = try word(arguments, 1)
    guard let stage = LedgerStage(rawValue: word) else {
      let known = LedgerStage.allCases.map(\.rawValue)
      throw error(
        "no stage '\(word)'" + didYouMean(word, orOneOf: known),
        arguments,
        at: 1)
    }
    return try explanation(arguments, id: 2).actingStages.filter { $0.stage == stage }
  }

  fileprivate func word(_ arguments: [EvaluatedArgument], _ index: Int) throws(DebuggerError) -> String {
    guard case .word(let word, _) = arguments[index] else { throw error("a name is needed", arguments, at: index) }
    return word
  }

  fileprivate func forwardCount(_ arguments: [EvaluatedArgument]) throws(DebuggerError) -> Int {
    guard case .name(let name, _) = arguments[0] else { throw error("a module's name is needed", arguments) }
    let names = NameTable(try record().plan.graph)
    return try located(arguments) { () throws(DebuggerError) in
      guard case .module(let module) = try names.one(name, .modules) else { return 0 }
      return try session.forwardCount(ofModule: module)
    }
  }

  fileprivate func ofLayer(
    _ arguments: [EvaluatedArgument], _ body: (ObservedStep, LoraLayer) throws(DebuggerError) -> Tensor
  ) throws(DebuggerError) -> Tensor {
    guard case .name(let name, _) = arguments[0] else { throw error("a module's name is needed", arguments) }
    return try located(arguments) { () throws(DebuggerError) in
      let layer = try session.layer(named: name)
      return try body(try session.observedStep(), layer)
    }
  }
}
