import Autograd
import Debugger
import Training

extension Command {
  static let explain = Command(
    name: "explain", aliases: ["why"], group: .looking, usage: ["explain [-v] [PARAM|MODULE] [hook=ID]"],
    summary: "say why the hook gradient and the update differ: every stage between them, the cause, what to write",
    details:
      "The stages' factors multiply to c, and what each adds to the residual adds up to it. Without a parameter "
      + "it tells about all that train. -v lists the stages that changed nothing, too. Inside a step it tells how far "
      + "the gradient has come. For a module with an adapter it is what 'info module' shows.",
    example: "explain 0.lora_B",
    complete: { context in
      let hooks = context.hooks().map { Candidate("hook=" + $0.text, $0.help) }
      return [Candidate("-v", "stages that changed nothing, too")] + context.options(hooks) + context.names(.both)
    }
  ) { interpreter, statement throws(CommandError) in
    let request = try statement.explanationRequest()
    guard let record = interpreter.session.observed else {
      throw CommandError("no step was taken yet; write: step")
    }
    // A module is no parameter: it is looked at as the weight that its adapter stands for.
    if let target = request.target, request.isModule(in: record) {
      let view = try interpreter.debugger(statement, blaming: target) { session throws(DebuggerError) in
        try session.view(try session.layer(named: target.text))
      }
      return interpreter.emit(.module(view))
    }
    var explanations: [Explanation] = []
    for parameter in try request.parameters(in: record) {
      explanations.append(
        try interpreter.debugger(statement, blaming: request.hookWord ?? request.target) {
          session throws(DebuggerError) in try session.explain(parameter, hook: request.hook)
        })
    }
    interpreter.emit(.explanations(explanations, isVerbose: request.isVerbose))
  }
}

/// What `explain` is asked.
private struct ExplanationRequest {
  var isVerbose = false
  var target: Statement.Word?
  var hook: Int?
  var hookWord: Statement.Word?

  func isModule(in record: StepRecord) -> Bool {
    guard let target else { return false }
    let names = NameTable(record.plan.graph)
    return (try? names.resolve(target.text, .parameters)) == nil && (try? names.one(target.text, .modules)) != nil
  }

  /// The parameters it is about: all that train, or those of a name.
  func parameters(in record: StepRecord) throws(CommandError) -> [Int] {
    guard let target else {
      guard !record.parameters.isEmpty else {
        throw CommandError("nothing is trainable, so there is nothing to explain")
      }
      guard let hook else { return record.parameters.map(\.parameter) }
      return record.hooks.first { $0.id == hook }?.sites.compactMap(\.parameter)
        .filter { record.record(of: $0) != nil } ?? record.parameters.map(\.parameter)
    }
    do {
      let sites = try NameTable(record.plan.graph).resolve(target.text, .parameters)
      let found = sites.compactMap(\.parameter)
      // Of several, those that train; a single frozen one is told about.
      let training = found.filter { record.record(of: $0) != nil }
      return training.isEmpty ? Array(found.prefix(1)) : training
    } catch {
      throw CommandError(error.message, range: target.range)
    }
  }
}

extension Statement {
  fileprivate func explanationRequest() throws(CommandError) -> ExplanationRequest {
    var request = ExplanationRequest()
    for word in arguments {
      if word.text == "-v" {
        request.isVerbose = true
      } else if word.text.hasPrefix("hook=") {
        guard let id = Int(word.text.dropFirst(5)) else {
          throw CommandError("hook= needs a hook's ID; 'info hooks' lists them", range: word.range)
        }
        (request.hook, request.hookWord) = (id, word)
      } else if request.target == nil {
        request.target = word
      } else {
        throw CommandError("one parameter at a time, or a glob such as *.lora_B", range: word.range)
      }
    }
    return request
  }
}

extension HookSite {
  var parameter: Int? { if case .parameter(let index) = self { index } else { nil } }
}
