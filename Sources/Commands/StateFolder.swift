import FoundationEssentials

/// Where the program keeps what outlives it: history, journals, the progress of lessons.
public enum StateFolder {
  /// `$XDG_STATE_HOME/lorascope`, or the same under `~/.local/state`; nil without a home. It need not exist yet.
  public static func path(environment: [String: String]) -> String? {
    if let configured = environment["XDG_STATE_HOME"], configured.hasPrefix("/") { return configured + "/lorascope" }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return home + "/.local/state/lorascope"
  }

  /// Makes the folder where it is missing, for its owner only; false where it cannot be.
  public static func prepare(_ folder: String) -> Bool {
    (try? FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])) != nil
  }
}
