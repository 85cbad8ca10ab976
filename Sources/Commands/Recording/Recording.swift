import Debugger

/// A file that is kept in step with the session: what `record` writes.
struct Recording: Sendable {
  let path: String
  private var written = 0
  private var isStale = false

  init(path: String) { self.path = path }

  /// Called after every command. The whole file is written anew, because its header grows too: of long ones only
  /// every so-many-th time, and `flush` does the rest.
  mutating func update(_ log: SessionLog, _ session: Session) throws(CommandError) {
    isStale = true
    if log.commands.count < written || log.commands.count - written > log.commands.count / 256 {
      try flush(log, session)
    }
  }

  mutating func flush(_ log: SessionLog, _ session: Session) throws(CommandError) {
    guard isStale else { return }
    isStale = false
    written = log.commands.count
    try SessionFile.write(log, session, to: path)
  }
}
