import FoundationEssentials

/// `$XDG_STATE_HOME/lorascope/history`, or the same under `~/.local/state`.
enum HistoryFile {
  /// Nil where no such file can be kept; then history lasts as long as the program.
  static func path() -> String? {
    let base: String
    if let configured = Environment["XDG_STATE_HOME"], configured.hasPrefix("/") {
      base = configured
    } else if let home = Environment["HOME"], home.hasPrefix("/") {
      base = home + "/.local/state"
    } else {
      return nil
    }
    let directory = base + "/lorascope"
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      return directory + "/history"
    } catch {
      return nil
    }
  }
}
