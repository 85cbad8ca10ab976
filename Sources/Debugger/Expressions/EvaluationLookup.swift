import Tensors
import Training

// How functions find what they speak of.

extension Evaluation {
  func record() throws(DebuggerError) -> StepRecord {
    guard let observed else {
      throw DebuggerError("no step was taken yet; write: step")
    }
    return observed
  }

  /// The parameter that the first argument names, as the observed step left it.
  func parameter(_ arguments: [EvaluatedArgument]) throws(DebuggerError) -> ParameterRecord {
    let record = try record()
    let site = try site(arguments, .parameters, record)
    guard case .parameter(let index) = site, let found = record.record(of: index) else {
      throw error("\(record.plan.graph.name(of: site)) is frozen: the step does not change it", arguments)
    }
    return found
  }

  /// The same, where the optimizer has written it.
  func writtenParameter(_ arguments: [EvaluatedArgument]) throws(DebuggerError) -> ParameterRecord {
    let found = try parameter(arguments)
    guard !found.isPending else {
      throw error("the optimizer has not written it yet in this step; write first: finish", arguments)
    }
    return found
  }

  /// What the hook named by the second argument, or the first one on it, kept of the first.
  func reading(_ arguments: [EvaluatedArgument]) throws(DebuggerError) -> HookReading {
    let record = try record()
    let site = try site(arguments, .both, record)
    let id = try hookID(arguments)
    for (hook, readings) in zip(record.hooks, record.readings) where id == nil || hook.id == id {
      if let place = hook.sites.firstIndex(of: site) { return readings[place] }
    }
    if let id {
      let known = record.hooks.filter { $0.sites.contains(site) }.map { String($0.id) }
      let others = known.isEmpty ? "none is" : known.joined(separator: ", ") + (known.count == 1 ? " is" : " are")
      throw error("hook \(id) is not on \(record.plan.graph.name(of: site)); \(others)", arguments, at: 1)
    }
    let name = record.plan.graph.name(of: site)
    throw error("there is no hook on \(name); write before the step: hook \(NameTable.short(name))", arguments)
  }

  func hookValue(_ arguments: [EvaluatedArgument]) throws(DebuggerError) -> Tensor {
    guard let value = try reading(arguments).value else { throw error("the hook never fired", arguments) }
    return value
  }

  func comparison(_ arguments: [EvaluatedArgument]) throws(DebuggerError) -> Comparison {
    let parameter = try parameter(arguments)
    guard try hookID(arguments) != nil else { return parameter.comparison }
    return parameter.comparison(with: try reading(arguments))
  }

  func currentLR(_ arguments: [EvaluatedArgument]) throws(DebuggerError) -> Double {
    guard !arguments.isEmpty else { return session.currentLR() }
    guard let graph = session.graph, let names = session.names else { throw Session.noModel }
    guard case .name(let name, _) = arguments[0] else { return session.currentLR() }
    let site = try located(arguments) { () throws(DebuggerError) in try names.one(name, .parameters) }
    return session.currentLR(ofParameter: graph.name(of: site))
  }

  func tensor(_ arguments: [EvaluatedArgument], _ index: Int) throws(DebuggerError) -> Tensor {
    guard case .value(let value, _) = arguments[index] else { throw error("a tensor is needed", arguments) }
    switch value {
    case .tensor(let tensor): return tensor
    case .number(let number): return Tensor([number], shape: .scalar, dtype: .float64)
    case .flag: throw error("a tensor is needed, not true or false", arguments, at: index)
    }
  }

  func number(_ arguments: [EvaluatedArgument], _ index: Int) throws(DebuggerError) -> Double {
    guard case .value(.number(let number), _) = arguments[index] else { throw error("a number is needed", arguments) }
    return number
  }

  /// An error at an argument, the first one if none is named.
  func error(_ message: String, _ arguments: [EvaluatedArgument], at index: Int = 0) -> DebuggerError {
    guard arguments.indices.contains(index) else { return DebuggerError(message) }
    switch arguments[index] {
    case .name(_, let range), .word(_, let range), .value(_, let range):
      return DebuggerError(message, word: 0, range: range)
    }
  }

  private func site(
    _ arguments: [EvaluatedArgument], _ kind: NameTable.Kind, _ record: StepRecord
  ) throws(DebuggerError) -> HookSite {
    guard case .name(let name, _) = arguments[0] else { throw error("a parameter's name is needed", arguments) }
    // The step may have been taken on another model than the present one.
    return try located(arguments) { () throws(DebuggerError) in try NameTable(record.plan.graph).one(name, kind) }
  }

  func located<T>(
    _ arguments: [EvaluatedArgument], _ body: () throws(DebuggerError) -> T
  ) throws(DebuggerError) -> T {
    do {
      return try body()
    } catch {
      throw self.error(error.message, arguments)
    }
  }

  func hookID(_ arguments: [EvaluatedArgument]) throws(DebuggerError) -> Int? {
    guard arguments.count > 1 else { return nil }
    let number = try number(arguments, 1)
    guard let id = Int(exactly: number) else {
      throw error("a hook's ID is a whole number", arguments, at: 1)
    }
    return id
  }
}
