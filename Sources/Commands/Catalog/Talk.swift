extension Command {
  static let say = Command(
    name: "say", group: .sessions, usage: ["say TEXT"], summary: "show a text: what a session tells its reader",
    example: "say \"Here the hook and the update differ.\"", isEchoed: false
  ) { interpreter, statement throws(CommandError) in
    interpreter.emit(.said(statement.tail.text))
  }

  static let pause = Command(
    name: "pause", group: .sessions, usage: ["pause"],
    summary: "wait for Enter in the terminal; commands can be typed meanwhile (nothing in a batch run)",
    example: "pause", mostArguments: 0, isEchoed: false
  ) { interpreter, _ throws(CommandError) in
    interpreter.requestPause()
  }
}
