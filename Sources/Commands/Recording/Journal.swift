import Glibc
import Synchronization

/// The accepted commands of one sitting, in a file that grows as they are accepted, so that a killed program loses
/// none of them. A line is one call of write(), so it is there whole even if the program dies right after.
///
/// The first letter of a line says what it is: see `Record`.
public final class Journal: Sendable {
  enum Record: Character {
    /// A command begins.
    case begun = ">"
    /// It was accepted.
    case accepted = "="
    /// It was accepted, but what it came to is this command: it was interrupted. Nothing if it did nothing.
    case instead = "~"
    /// It failed and left nothing.
    case failed = "!"
    /// Only the first so-many accepted commands count: a film was wound back.
    case kept = "<"
    /// A line was typed; it waits behind those that run.
    case typed = "?"
    /// The same, from the command line: nobody typed it here.
    case given = "-"
    /// The first of the waiting lines is being run.
    case started = "*"
    /// It was run, or dropped.
    case taken = "."
    /// The directory that file names in it are relative to.
    case directory = "d"
    /// Another session took this one's place in the same sitting.
    case replaced = "r"
    /// `recover` begins to run another journal's commands here.
    case copying = "c"
    /// It has ended: from here on they are this journal's own.
    case copied = "C"
    /// `recover` has run the command that was in progress at the end.
    case retried = "t"
  }

  private struct File {
    var descriptor: Int32 = -1
    var path: String?
    /// How many there were before this one.
    var number = 0
    var trouble: String?
    /// What was typed, or given, and is not over.
    var waiting: [(record: Record, line: String)] = []
    /// Whether the first of them is being run.
    var isStarted = false
    /// Something could not be written: what would come behind the gap is of no use.
    var isBroken = false
  }

  private let folder: String
  private let file = Mutex(File())

  /// Nothing is written before the first command. `folder` is the state folder.
  public init(stateFolder: String) { folder = stateFolder + "/journal" }

  /// A line was typed, or given on the command line. It counts as accepted from here on, whatever it has to wait for.
  public func writeWaiting(_ line: String, isTyped: Bool) {
    let record = isTyped ? Record.typed : .given
    write(record, line) { $0.waiting.append((record, line)) }
  }
  /// The first of the lines that wait is being run.
  public func writeStarted() { write(.started) { $0.isStarted = true } }
  /// It was run to its end, or is not run at all.
  public func writeTaken() {
    write(.taken) { file in
      file.isStarted = false
      if !file.waiting.isEmpty { file.waiting.removeFirst() }
    }
  }

  func write(_ record: Record, _ text: String = "") { write(record, text) { _ in } }

  private func write(_ record: Record, _ text: String = "", _ note: (inout sending File) -> Void) {
    file.withLock { file in
      if open(&file) { append(record, text, to: &file) }
      note(&file)
    }
  }

  /// Leaves the file for `recover` and goes on with a new one, to which the lines that wait go over.
  func replace() {
    file.withLock { file in
      guard file.descriptor >= 0 else { return }
      append(.replaced, "", to: &file)
      close(file.descriptor)
      file = File(number: file.number + 1, waiting: file.waiting, isStarted: file.isStarted)
      if !file.waiting.isEmpty { _ = open(&file) }
    }
  }

  /// The sitting has ended as it should: nothing is left to recover.
  public func discard() {
    file.withLock { file in
      guard file.descriptor >= 0 else { return }
      if let path = file.path { unlink(path) }
      close(file.descriptor)
      file = File(number: file.number + 1)
    }
  }

  /// What went wrong, once.
  func takeTrouble() -> String? {
    file.withLock { file in
      defer { file.trouble = nil }
      return file.trouble
    }
  }

  private func open(_ file: inout File) -> Bool {
    if file.descriptor >= 0 { return true }
    guard file.path == nil else { return false }
    _ = StateFolder.prepare(folder)
    let path = create(&file)
    // Tried once: a folder that cannot be written to is told of once.
    file.path = path
    guard file.descriptor >= 0 else {
      file.trouble = "no journal is kept, because \(path) cannot be written: \(String(cString: strerror(errno)))"
      return false
    }
    // Held as long as this program lives: that is how the next one knows a journal that was left behind.
    flock(file.descriptor, LOCK_EX)
    append(.directory, currentDirectory, to: &file)
    for (index, (record, line)) in file.waiting.enumerated() {
      // Of the one that is being run, what came before belongs to the session before.
      let isInProgress = index == 0 && file.isStarted
      append(record, isInProgress ? "" : line, to: &file)
      if isInProgress { append(.started, "", to: &file) }
    }
    return true
  }

  /// A file of its own: another machine, or container, may share the folder and have the same number of process.
  private func create(_ file: inout File) -> String {
    while true {
      let path = "\(folder)/\(time(nil))-\(getpid())-\(file.number).journal"
      file.descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
      guard file.descriptor < 0, errno == EEXIST else { return path }
      file.number += 1
    }
  }

  private func append(_ record: Record, _ text: String, to file: inout File) {
    guard !file.isBroken else { return }
    // A newline in a line that was typed becomes another one that splits it just so.
    let (newline, other) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
    let line = String(record.rawValue).utf8 + text.utf8.map { $0 == newline ? other : $0 } + [newline]
    let written = line.withUnsafeBytes { Glibc.write(file.descriptor, $0.baseAddress, $0.count) }
    guard written < line.count else { return }
    file.isBroken = true
    file.trouble =
      "the journal has ended, because \(file.path ?? "") cannot be written: \(String(cString: strerror(errno))); "
      + "'recover' would bring back what came before"
  }

  private var currentDirectory: String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }
}
