/// Values for modules whose names match: PEFT's `rank_pattern` and `alpha_pattern`.
public struct ModulePatterns: Sendable, Equatable {
  /// Regular expressions for the end of a module's name, each with its value; the first match counts.
  public private(set) var entries: [(key: String, value: Double)] = []

  public init() {}

  public init(_ entries: [(key: String, value: Double)]) throws(LoraError) {
    for entry in entries { try checkedRegex(entry.key) }
    self.entries = entries
  }

  public static func == (a: ModulePatterns, b: ModulePatterns) -> Bool {
    a.entries.map(\.key) == b.entries.map(\.key) && a.entries.map(\.value) == b.entries.map(\.value)
  }

  /// The value for a module, nil if nothing matches. As in PEFT, `re.match(rf"(.*\\.)?({key})$", name)`.
  public func value(for path: String) -> Double? {
    let name = peftKey(path)
    return entries.first { entry in
      guard let pattern = try? regex("(.*\\.)?(" + entry.key + ")") else { return false }
      return (try? pattern.wholeMatch(in: name)) != nil
    }?.value
  }
}

/// The name that PEFT compares with patterns: the one in the model before it was wrapped.
func peftKey(_ path: String) -> String {
  let prefix = "base_model.model."
  return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
}

/// A pattern that a user wrote.
func checkedRegex(_ pattern: String) throws(LoraError) {
  if PatternCost.isTooLong(pattern) { throw .longPattern(pattern) }
  if PatternCost.isTooHigh(pattern) { throw .slowPattern(pattern) }
  _ = try regex(pattern)
}

func regex(_ pattern: String) throws(LoraError) -> Regex<AnyRegexOutput> {
  do {
    return try Regex(pattern)
  } catch {
    throw .badPattern(pattern)
  }
}
