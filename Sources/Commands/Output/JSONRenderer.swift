import Debugger
import Tensors
import Training

/// A message as JSON objects, one on each line.
public func jsonLines(_ message: Message) -> [String] {
  if case .explanations(let explanations, let isVerbose) = message {
    return explanations.map { JSONText.object(fields($0, isVerbose)).text }
  }
  return [JSONText.object(fields(message)).text]
}

private func fields(_ message: Message) -> [(String, JSONText)] {
  switch message {
  case .step(let record, _):
    return [
      ("type", .string("step")), ("step", .int(record.step)), ("loss", .number(record.loss)),
      ("params", .array(record.parameters.map { .object(fields($0, in: record)) })),
    ] + (record.loss?.isFinite == true ? [] : [("reason", .string("the loss is not finite"))])
  case .event(let event, let graph):
    return [("type", .string("event")), ("event", .string(describe(event, in: graph)))]
  case .explanations: return []
  case .comparison(let comparison): return fields(comparison)
  case .printed(let expression, let value):
    return [("type", .string("print")), ("expression", .string(expression))] + fields(value)
  case .expectation(let expectation):
    return [
      ("type", .string("expect")), ("ok", .bool(expectation.holds)),
      ("expression", .string(expectation.expression)), ("left", json(expectation.left)),
      ("right", json(expectation.right)),
    ]
  case .echoed(let text): return [("type", .string("command")), ("text", .string(text))]
  case .said(let text): return [("type", .string("say")), ("text", .string(text))]
  case .text(let text): return [("type", .string("text")), ("text", .string(text))]
  case .note(let text): return [("type", .string("note")), ("text", .string(text))]
  case .warning(let text): return [("type", .string("warning")), ("text", .string(text))]
  case .failure(let failure):
    return [
      ("type", .string("error")), ("file", failure.file.map { .string($0) } ?? .null),
      ("line", .int(failure.lineNumber)), ("column", .int(failure.column)), ("message", .string(failure.message)),
    ]
  }
}

private func fields(_ parameter: ParameterRecord, in record: StepRecord) -> [(String, JSONText)] {
  let comparison = parameter.comparison
  let missing = comparison.reason.map { [("reason", JSONText.string($0))] } ?? []
  return [
    ("param", .string(record.plan.graph.parameters[parameter.parameter].name)),
    ("hook", parameter.hook.map { .int($0) } ?? .null), ("c", .number(comparison.c)),
    ("cosine", .number(comparison.cosine)), ("residual", .number(comparison.residual)),
    ("resolution", .number(comparison.resolution)), ("lr", .number(parameter.lr)),
    ("verdict", .string(comparison.verdict.rawValue)),
  ] + missing
}

private func fields(_ comparison: BranchComparison) -> [(String, JSONText)] {
  func side(_ side: BranchComparison.Side) -> JSONText {
    .object([("branch", .string(side.branch)), ("step", .int(side.step)), ("loss", .number(side.loss))])
  }
  let settings = comparison.settings.map { setting in
    JSONText.object([
      ("name", .string(setting.name)), ("ours", .string(setting.ours)), ("theirs", .string(setting.theirs)),
    ])
  }
  let rows = comparison.rows.map { row in
    JSONText.object([
      ("param", .string(row.parameter)), ("c", .number(row.ours?.c)), ("c_theirs", .number(row.theirs?.c)),
      ("difference", .number(row.difference)),
    ])
  }
  return [
    ("type", .string("compare")), ("ours", side(comparison.ours)), ("theirs", side(comparison.theirs)),
    ("common_steps", .int(comparison.commonSteps)), ("settings", .array(settings)), ("params", .array(rows)),
  ]
}

private func fields(_ explanation: Explanation, _ isVerbose: Bool) -> [(String, JSONText)] {
  let stages = isVerbose ? explanation.stages : explanation.actingStages
  let comparison = explanation.comparison
  return [
    ("type", .string("explain")), ("step", .int(explanation.step)), ("param", .string(explanation.parameter)),
    ("hook", explanation.hook.map { .int($0.id) } ?? .null), ("c", .number(comparison.c)),
    ("cosine", .number(comparison.cosine)), ("residual", .number(comparison.residual)),
    ("verdict", .string(comparison.verdict.rawValue)), ("hook_norm", .number(explanation.keptNorm)),
    ("stages", .array(stages.map { .object(fields($0)) })), ("cause", .string(explanation.cause)),
    ("advice", .array(explanation.advice.map { .string($0) })),
  ] + (comparison.reason.map { [("reason", .string($0))] } ?? [])
}

private func fields(_ stage: Explanation.Stage) -> [(String, JSONText)] {
  [
    ("stage", .string(stage.stage.rawValue)), ("factor", .number(stage.factor)), ("cosine", .number(stage.cosine)),
    ("norm", .number(stage.norm)), ("residual", .number(stage.residual?.norm)), ("note", .string(stage.note)),
  ] + (stage.factor == nil ? [("reason", .string("0/0: there is nothing to scale"))] : [])
}

private func fields(_ value: Value) -> [(String, JSONText)] {
  var all = [("value", json(value))]
  switch value {
  case .number(let number) where !number.isFinite: all.append(("reason", .string("\(number)")))
  case .tensor(let tensor):
    all.append(("shape", .array(tensor.shape.dimensions.map { .int($0) })))
    all.append(("dtype", .string(tensor.dtype.rawValue)))
    if let index = tensor.firstNonFinite { all.append(("reason", .string("element \(index) is \(tensor[index])"))) }
  default: break
  }
  return all
}

private func json(_ value: Value?) -> JSONText {
  switch value {
  case nil: .null
  case .number(let number): .number(number)
  case .flag(let flag): .bool(flag)
  case .tensor(let tensor): nested(tensor, axis: 0, at: 0)
  }
}

private func nested(_ tensor: Tensor, axis: Int, at start: Int) -> JSONText {
  guard axis < tensor.shape.rank else { return .number(tensor[start]) }
  let stride = tensor.shape.dimensions.dropFirst(axis + 1).reduce(1, *)
  return .array((0..<tensor.shape[axis]).map { nested(tensor, axis: axis + 1, at: start + $0 * stride) })
}
