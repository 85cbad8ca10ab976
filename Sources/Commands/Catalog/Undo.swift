extension Command {
  static let undo = Command(
    name: "undo", group: .program, usage: ["undo"], summary: "take back the last command that changed the session",
    example: "undo", mostArguments: 0
  ) { interpreter, _ throws(CommandError) in
    guard let before = interpreter.undoHistory.popLast() else { throw CommandError("there is nothing to undo") }
    interpreter.session = before
    interpreter.emit(.note("back to \(before.step) steps taken, as before the last change"))
  }
}
