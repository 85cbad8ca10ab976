import CReadline
import Glibc

/// The lines of this session and of earlier ones; readline keeps them, this keeps their file.
@MainActor
final class CommandHistory {
  private static let mostLines: Int32 = 5000

  private let file: String?
  private var unsaved: Int32 = 0
  private var latest: String?

  /// Starts with what the file holds; a missing file is an empty one.
  init(file: String?) {
    self.file = file
    clear_history()
    stifle_history(Self.mostLines)
    if let file { read_history(file) }
    // The arrow keys start behind the latest line.
    using_history()
    latest = Self.newest
  }

  func add(_ line: String) {
    guard !line.allSatisfy(\.isWhitespace), line != latest else { return }
    add_history(line)
    using_history()
    latest = line
    unsaved = min(unsaved + 1, Self.mostLines)
  }

  /// Appends the new lines, so that several programs at once do not lose each other's.
  func save() throws(TerminalError) {
    guard let file, unsaved > 0 else { return }
    // append_history refuses a file that does not exist.
    if access(file, F_OK) == 0 {
      guard append_history(unsaved, file) == 0 else { throw .failed("writing \(file)") }
      history_truncate_file(file, Self.mostLines)
    } else {
      guard write_history(file) == 0 else { throw .failed("writing \(file)") }
    }
    unsaved = 0
  }

  private static var newest: String? {
    guard history_length > 0, let entry = history_get(history_base + history_length - 1) else { return nil }
    return entry.pointee.line.map { String(cString: $0) }
  }
}
