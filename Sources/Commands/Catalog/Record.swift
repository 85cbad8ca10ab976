import Debugger

extension Command {
  static let record = Command(
    name: "record", group: .sessions, usage: ["record FILE.session", "record stop", "record"],
    summary: "write this session to a file, from its beginning and as it goes on; without a file tell of it",
    details: "What was done so far is in it too, so that 'replay' can start from nothing. 'save FILE.session' writes "
      + "the same once.",
    example: "record my.session", mostArguments: 1, isKept: { _ in false },
    complete: { [Candidate("stop", "end the recording")] + $0.files() }
  ) { interpreter, statement throws(CommandError) in
    guard let word = statement.arguments.first else {
      return interpreter.emit(.text(interpreter.recording.map { "recording to \($0.path)" } ?? "nothing is recorded"))
    }
    if word.text == "stop" {
      guard let recording = interpreter.recording else { throw CommandError("nothing is recorded", range: word.range) }
      interpreter.flushRecording()
      interpreter.recording = nil
      return interpreter.emit(.note("\(interpreter.log.commands.count) commands are in \(recording.path)"))
    }
    let path = try statement.path(after: 0, "record FILE.session")
    var recording = Recording(path: path.text)
    do throws(CommandError) {
      try recording.update(interpreter.log, interpreter.session)
    } catch {
      throw CommandError(error.message, range: path.range)
    }
    if let other = interpreter.recording { interpreter.emit(.note("no longer recording to \(other.path)")) }
    interpreter.recording = recording
    interpreter.emit(.note("recording to \(path.text)"))
  }
}
