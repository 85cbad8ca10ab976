import Debugger
import Training

extension Command {
  static let select = Command(
    name: "select", group: .looking, usage: ["select [P] [hook=ID]"],
    summary: "choose the parameter that the panes show, and which of its hooks",
    details:
      "Without a choice the panes show the parameter that says most, and of several hooks on it the first. A hook on a "
      + "module or on its output shows what it kept; that is no gradient of the parameter, so nothing is compared.",
    example: "select 0.lora_B", mostArguments: 2,
    complete: { context in
      context.names(.parameters) + context.options(context.hooks().map { Candidate("hook=" + $0.text, $0.help) })
    }
  ) { interpreter, statement throws(CommandError) in
    guard !statement.arguments.isEmpty else {
      throw CommandError("select which parameter? 'info params' lists them")
    }
    guard let names = interpreter.session.names, let graph = interpreter.session.graph else {
      throw CommandError("no model yet; write for example: model linear 16 16")
    }
    var selection = interpreter.selection
    let parameters = statement.arguments.filter { !$0.text.hasPrefix("hook=") }
    if parameters.count > 1 {
      throw CommandError("the panes show one parameter, not two", range: parameters[1].range)
    }
    for word in statement.arguments {
      if word.text.hasPrefix("hook=") {
        selection.hook = try interpreter.hook(named: word)
        continue
      }
      do throws(DebuggerError) {
        if case .parameter(let index) = try names.one(word.text, .parameters) {
          selection.parameter = graph.parameters[index].name
        }
      } catch {
        throw CommandError(error.message, range: word.range)
      }
    }
    interpreter.selection = selection
  }
}

extension Interpreter {
  /// `hook=2`, if there is such a hook.
  fileprivate func hook(named word: Statement.Word) throws(CommandError) -> Int {
    guard let id = Int(word.text.dropFirst(5)), session.hooks.contains(where: { $0.id == id }) else {
      throw CommandError("hook= needs a hook's ID; 'info hooks' lists them", range: word.range)
    }
    return id
  }

  /// After a new model: a parameter that was chosen stays so if it is trained here, too.
  mutating func reconsiderSelection() {
    guard let name = selection.parameter else { return }
    let parameter = session.graph?.parameters.first { $0.name == name }
    if parameter?.requiresGrad != true { selection.parameter = nil }
  }
}
