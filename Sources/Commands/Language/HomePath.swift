import FoundationEssentials

/// A path as the system knows it: `~` and `~/...` are in the user's home, which is where HOME says, as in a shell.
func expandingTilde(_ path: String) -> String {
  guard path == "~" || path.hasPrefix("~/") else { return path }
  var home = ProcessInfo.processInfo.environment["HOME"] ?? FileManager.default.homeDirectoryForCurrentUser.path
  while home.hasSuffix("/"), home.count > 1 { home.removeLast() }
  return home + path.dropFirst()
}

extension Statement.Word {
  /// The same place with the tilde of its path expanded.
  var atHome: Statement.Word { Statement.Word(text: expandingTilde(text), range: range, textStart: textStart) }
}
