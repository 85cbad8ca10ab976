import Debugger

extension Command {
  static let replay = Command(
    name: "replay", group: .sessions, usage: ["replay FILE.session", "replay"],
    summary: "play a session from the beginning and verify its digests; in the terminal like a film",
    details:
      "It starts from an empty session. Every digest in the file's header must be met, bit for bit, by the same "
      + "version on the same machine; elsewhere loss and norm must agree within a relative \(StateDigest.tolerance).\n"
      + "In the terminal: space pauses and plays, n plays one command, Left and Right go back and forth, Home and End "
      + "to the ends, + and - change the speed, Escape gives the prompt back. Without a file a film that was left "
      + "goes on.",
    example: "replay sessions/peft-1893.session", mostArguments: 1, isKept: { _ in false },
    complete: { $0.files() }
  ) { interpreter, statement throws(CommandError) in
    guard !statement.arguments.isEmpty else {
      guard interpreter.film != nil else { throw CommandError("replay which session? write: replay FILE.session") }
      interpreter.filmRequests += 1
      return
    }
    let path = try statement.path(after: 0, "replay FILE.session")
    try interpreter.checkDepth()
    do throws(CommandError) {
      try interpreter.putOn(Film(name: path.text, text: ScriptFrame.read(path.text)), fresh: true)
    } catch {
      throw CommandError(error.message, range: path.range)
    }
  }
}
