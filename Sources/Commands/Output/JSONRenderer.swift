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
  case .stop(let stop): return fields(stop)
  case .display(let display, .success(let value)):
    return [("type", .string("display")), ("id", .int(display.id)), ("expression", .string(display.text))]
      + fields(value)
  case .display(let display, .failure(let error)):
    return [
      ("type", .string("display")), ("id", .int(display.id)), ("expression", .string(display.text)), ("value", .null),
      ("reason", .string(error.message)),
    ]
  case .comparison(let comparison): return fields(comparison)
  case .module(let view): return fields(view)
  case .placements(let table): return fields(table)
  case .printed(let expression, let value, _):
    return [("type", .string("print")), ("expression", .string(expression))] + fields(value)
  case .expectation(let expectation):
    return [
      ("type", .string("expect")), ("ok", .bool(expectation.holds)),
      ("expression", .string(expectation.expression)), ("left", json(expectation.left)),
      ("right", json(expectation.right)),
    ]
  case .replay(let report): return fields(report)
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

private func fields(_ report: ReplayReport) -> [(String, JSONText)] {
  var all: [(String, JSONText)] = [
    ("type", .string("replay")), ("file", .string(report.name)), ("ok", .bool(report.holds)),
    ("over", .bool(report.isOver)), ("commands", .int(report.commands)), ("steps", .int(report.steps)),
    ("identical", .int(report.identical)), ("near", .int(report.near)), ("different", .int(report.different)),
    ("missing", .int(report.missing)),
  ]
  if let difference = report.difference {
    all += [
      ("step", .int(difference.found.step)), ("expected", .string(difference.expected.hashText)),
      ("found", .string(difference.found.hashText)),
    ]
  }
  return all
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

func fields(_ value: Value) -> [(String, JSONText)] {
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

func json(_ value: Value?) -> JSONText {
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
