import Debugger
import Training

extension Command {
  static let select = Command(
    name: "select", group: .looking, usage: ["select P"], summary: "choose the parameter that the panes show",
    example: "select 0.lora_B", mostArguments: 1, complete: { $0.names(.parameters) }
  ) { interpreter, statement throws(CommandError) in
    guard let word = statement.arguments.first else {
      throw CommandError("select which parameter? 'info params' lists them")
    }
    guard let names = interpreter.session.names else {
      throw CommandError("no model yet; write for example: model linear 16 16")
    }
    do throws(DebuggerError) {
      if case .parameter(let index) = try names.one(word.text, .parameters) { interpreter.selectedParameter = index }
    } catch {
      throw CommandError(error.message, range: word.range)
    }
  }
}
