import CReadline
import Glibc

/// The lines of this session and of earlier ones; readline keeps them, `HistoryFile` keeps them for later.
@MainActor
final class CommandHistory {
  /// How many lines are kept where the inputrc says nothing by `history-size`.
  static let usualSize: Int32 = 5000

  private let file: HistoryFile?
  private var latest: String?

  /// Starts with what the file holds; a missing file is an empty one.
  init(file path: String?) {
    // 0 keeps none, as in readline itself; a negative one keeps all.
    let limit = history_is_stifled() == 0 ? nil : Int(history_max_entries)
    file = limit == 0 ? nil : path.map { HistoryFile(path: $0, mostLines: limit) }
    clear_history()
    for line in file?.lines() ?? [] { add_history(line) }
    // The arrow keys start behind the latest line.
    using_history()
    latest = Self.newest
  }

  /// At once in the file too: a program that is killed loses nothing.
  func add(_ line: String) {
    guard !line.allSatisfy(\.isWhitespace), line != latest else { return }
    add_history(line)
    using_history()
    latest = line
    file?.append(line)
  }

  private static var newest: String? {
    guard history_length > 0, let entry = history_get(history_base + history_length - 1) else { return nil }
    return entry.pointee.line.map { String(cString: $0) }
  }
}
