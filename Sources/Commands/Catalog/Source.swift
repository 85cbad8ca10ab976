extension Command {
  static let source = Command(
    name: "source", group: .sessions, usage: ["source FILE"], summary: "run the commands of a file",
    example: "source sessions/peft-1893.session", isKept: { _ in false }, complete: { $0.files() }
  ) { interpreter, statement throws(CommandError) in
    try interpreter.checkDepth()
    let path = try statement.path(after: 0, "source FILE")
    do throws(CommandError) {
      interpreter.push(try ScriptFrame(path: path.text))
    } catch {
      throw CommandError(error.message, range: path.range)
    }
  }
}
