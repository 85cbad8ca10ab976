import Debugger
import FoundationEssentials

extension Interpreter {
  /// What to say at the start if a session was left behind; nil if none was. Old ones are cleared away.
  public func recoveryOffer() -> String? {
    guard let stateFolder else { return nil }
    let left = LeftJournal.clearAway(stateFolder: stateFolder)
    guard let newest = left.first(where: { !$0.wasReplaced && $0.wasTyped }) else { return nil }
    let number = (left.firstIndex { $0.path == newest.path } ?? 0) + 1
    let command = number == 1 ? "recover" : "recover \(number)"
    return "A session of \(counted(newest.count, "command")) was not ended (begun \(newest.age)). "
      + "'\(command)' brings it back, 'recover forget' drops it."
  }

  /// Runs a journal's commands again, from an empty session. The present one is left for `recover` in its turn.
  mutating func recover(_ left: LeftJournal) {
    let (speak, isWatched) = (emit, isInteractive)
    beginAnew()
    // Nobody waits at a pause that was waited at before.
    isInteractive = false
    defer { isInteractive = isWatched }
    journal?.write(.copying)
    defer { journal?.write(.copied) }
    let home = FileManager.default.currentDirectoryPath
    let isElsewhere = left.directory.map { $0 != home && FileManager.default.changeCurrentDirectoryPath($0) } ?? false
    defer { if isElsewhere { _ = FileManager.default.changeCurrentDirectoryPath(home) } }
    var commands = left.commands + left.waiting
    if let unfinished = left.unfinished, !left.wasRetried { commands.insert(unfinished, at: left.commands.count) }
    // What they said was said before; why one fails now is news.
    emit = { if case .failure = $0 { speak($0) } }
    defer { emit = speak }
    for (index, command) in commands.enumerated() {
      if index == left.commands.count, left.unfinished != nil { left.markRetried() }
      guard !LeftJournal.statements(command).contains(where: \.writesFile) else { continue }
      progress(session, Progress(index, of: commands.count, .commands))
      let outcome = run(ScriptFrame(name: nil, text: command))
      // What had not been accepted may have been a mistake.
      let mayFail = index >= left.commands.count
      guard outcome == .finished || outcome == .quit || (outcome == .failed && mayFail) else {
        quitRequested = false
        return speak(
          .warning(
            "\(index) of \(commands.count) commands were brought back, up to: \(command)\n"
              + "  the journal is kept; 'recover' tries again"))
      }
    }
    quitRequested = false
    left.remove()
    if let record = session.observed, !record.parameters.contains(where: \.isPending) {
      speak(.step(record, isLast: true))
    }
    speak(.note("\(counted(commands.count, "command")) brought back; " + session.whereabouts))
    if left.wasRetried, let unfinished = left.unfinished {
      speak(.note("not run again, because it was cut off twice: \(unfinished)"))
    }
  }
}
