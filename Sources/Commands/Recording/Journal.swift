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
    /// It was accepted; the digest of the state if it took steps.
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
    /// `recover` has run the command that was in progress at the end.
    case retried = "t"
  }

  private struct File {
    var descriptor: Int32 = -1
    var path: String?
    /// How many there were before this one.
    var number = 0
    var trouble: String?
  }

  private let folder: String
  private let file = Mutex(File())

  /// Nothing is written before the first command. `folder` is the state folder.
  public init(stateFolder: String) { folder = stateFolder + "/journal" }

  /// A line was typed, or given on the command line. It counts as accepted from here on, whatever it has to wait for.
  public func writeWaiting(_ line: String, isTyped: Bool) { write(isTyped ? .typed : .given, line) }
  /// The first of the lines that wait is being run.
  public func writeStarted() { write(.started) }
  /// It was run to its end, or is not run at all.
  public func writeTaken() { write(.taken) }

  func write(_ record: Record, _ text: String = "") {
    file.withLock { file in
      guard open(&file) else { return }
      append(record, text, to: &file)
    }
  }

  /// Leaves the file for `recover` and goes on with a new one.
  func replace() {
    file.withLock { file in
      guard file.descriptor >= 0 else { return }
      append(.replaced, "", to: &file)
      close(file.descriptor)
      file = File(number: file.number + 1)
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
    let path = "\(folder)/\(time(nil))-\(getpid())-\(file.number).journal"
    // Tried once: a folder that cannot be written to is told of once.
    file.path = path
    _ = StateFolder.prepare(folder)
    file.descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file.descriptor >= 0 else {
      file.trouble = "no journal is kept, because \(path) cannot be written: \(String(cString: strerror(errno)))"
      return false
    }
    // Held as long as this program lives: that is how the next one knows a journal that was left behind.
    flock(file.descriptor, LOCK_EX)
    file.path = path
    append(.directory, currentDirectory, to: &file)
    return true
  }

  private func append(_ record: Record, _ text: String, to file: inout File) {
    let line = Array((String(record.rawValue) + text.filter { $0 != "\n" } + "\n").utf8)
    let written = line.withUnsafeBytes { Glibc.write(file.descriptor, $0.baseAddress, $0.count) }
    if written < line.count, file.trouble == nil {
      file.trouble = "the journal \(file.path ?? "") could not be written: \(String(cString: strerror(errno)))"
    }
  }

  private var currentDirectory: String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }
}
