import Debugger

extension Command {
  static let new = Command(
    name: "new", group: .setUp, usage: ["new"],
    summary: "start with an empty session: no model, every setting at its default ('undo' takes it back)",
    example: "new", mostArguments: 0, changesSession: true
  ) { interpreter, _ throws(CommandError) in
    interpreter.session = Session()
    interpreter.selection = Selection()
  }
}
