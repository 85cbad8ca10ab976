import FoundationEssentials

/// `$XDG_CONFIG_HOME/lorascope/init`, or the same under `~/.config`; nil if there is none.
public func initFile(environment: [String: String]) -> String? {
  let base: String
  if let configured = environment["XDG_CONFIG_HOME"], configured.hasPrefix("/") {
    base = configured
  } else if let home = environment["HOME"], !home.isEmpty {
    base = home + "/.config"
  } else {
    return nil
  }
  let path = base + "/lorascope/init"
  return FileManager.default.fileExists(atPath: path) ? path : nil
}
