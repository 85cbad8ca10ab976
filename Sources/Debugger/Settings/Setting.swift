/// One name that `set` and `show` know. To add a setting, add a line to one of the tables beside this file.
public struct Setting: Sendable {
  public let name: String
  public let aliases: [String]
  /// What can be written after the name.
  public let values: String
  public let help: String
  /// What Tab offers after the name.
  public let choices: [String]
  /// What single choices mean, where their names do not say it.
  public var meanings: [String: String] = [:]
  public let get: @Sendable (Configuration) -> String
  /// Throws with `word` counted from the first value.
  public let set: @Sendable (inout Configuration, [String]) throws(DebuggerError) -> Void

  public static let all: [Setting] =
    adapterSettings + engineSettings + optimizerSettings + scheduleSettings + stepSettings

  public static func find(_ name: String) throws(DebuggerError) -> Setting {
    if let exact = all.first(where: { $0.name == name || $0.aliases.contains(name) }) { return exact }
    let near = all.filter { $0.name.hasPrefix(name) }
    if near.count == 1 { return near[0] }
    if near.count > 1 {
      throw DebuggerError("'\(name)' is ambiguous: \(near.map(\.name).joined(separator: ", "))", word: 0)
    }
    throw DebuggerError(
      "no setting '\(name)'" + didYouMean(name, among: all.flatMap { [$0.name] + $0.aliases }) + " ('show' lists them)",
      word: 0)
  }
}

extension Setting {
  typealias Path<Value> = WritableKeyPath<Configuration, Value> & Sendable

  /// `on` or `off`.
  static func flag(_ name: String, _ path: Path<Bool>, _ help: String) -> Setting {
    Setting(
      name: name, aliases: [], values: "on|off", help: help, choices: ["on", "off"],
      get: { $0[keyPath: path] ? "on" : "off" }
    ) { configuration, words throws(DebuggerError) in
      switch try one(words, name, "on or off") {
      case "on", "true", "True", "1": configuration[keyPath: path] = true
      case "off", "false", "False", "0": configuration[keyPath: path] = false
      default: throw DebuggerError("\(name) is on or off, not '\(words[0])'", word: 0)
      }
    }
  }

  /// A finite number.
  static func number(_ name: String, aliases: [String] = [], _ path: Path<Double>, _ help: String) -> Setting {
    number(name, aliases: aliases, path, (-Double.greatestFiniteMagnitude)..., help)
  }

  /// A finite number in a range; `torch` is how torch refuses others, up to the number.
  static func number(
    _ name: String, aliases: [String] = [], _ path: Path<Double>, _ range: some NumberRange, torch: String? = nil,
    _ help: String
  ) -> Setting {
    Setting(
      name: name, aliases: aliases, values: "X", help: help, choices: [], get: { formatNumber($0[keyPath: path]) }
    ) { configuration, words throws(DebuggerError) in
      configuration[keyPath: path] = try parseNumber(words, name, range, torch: torch)
    }
  }

  /// What 0 means where a number can be `off`.
  enum Zero: Sendable {
    case off, number, refused
  }

  /// A number of at least 0, or `off`.
  static func limit(
    _ name: String, aliases: [String] = [], _ path: Path<Double?>, zero: Zero, _ help: String
  ) -> Setting {
    Setting(
      name: name, aliases: aliases, values: "X|off", help: help, choices: ["off"],
      get: { $0[keyPath: path].map(formatNumber) ?? "off" }
    ) { configuration, words throws(DebuggerError) in
      if words == ["off"] {
        configuration[keyPath: path] = nil
        return
      }
      let value = try parseNumber(words, name, 0...)
      if value == 0, zero == .refused { throw DebuggerError("\(name) must be above 0, or off", word: 0) }
      configuration[keyPath: path] = value == 0 && zero == .off ? nil : value
    }
  }

  /// A whole number in a range.
  static func count(
    _ name: String, aliases: [String] = [], _ path: Path<Int>, _ range: ClosedRange<Int>, torch: String? = nil,
    _ help: String
  ) -> Setting {
    Setting(
      name: name, aliases: aliases, values: "N", help: help, choices: [], get: { String($0[keyPath: path]) }
    ) { configuration, words throws(DebuggerError) in
      let word = try one(words, name, "a whole number")
      guard let value = Int(word) else {
        throw DebuggerError("\(name) needs a whole number, not '\(word)'", word: 0)
      }
      guard range.contains(value) else {
        let bound =
          value < range.lowerBound ? "at least \(range.lowerBound)" : "at most \(range.upperBound)"
        let words = value < range.lowerBound ? torch.map { "; PEFT: \($0) \(value)" } ?? "" : ""
        throw DebuggerError("\(name) must be \(bound), not \(value)" + words, word: 0)
      }
      configuration[keyPath: path] = value
    }
  }

  /// One of a list of names.
  static func choice(
    _ name: String, _ choices: [String], _ help: String, meanings: [String: String] = [:],
    get: @escaping @Sendable (Configuration) -> String,
    set: @escaping @Sendable (inout Configuration, String) -> Void
  ) -> Setting {
    Setting(
      name: name, aliases: [], values: choices.joined(separator: "|"), help: help, choices: choices, meanings: meanings,
      get: get
    ) {
      configuration, words throws(DebuggerError) in
      let word = try one(words, name, choices.joined(separator: " or "))
      guard choices.contains(word) else {
        throw DebuggerError(
          "\(name) is \(choices.joined(separator: " or ")), not '\(word)'" + didYouMean(word, among: choices), word: 0)
      }
      set(&configuration, word)
    }
  }

  /// One of an enumeration's names.
  static func name<T: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, _ path: Path<T>, _ help: String
  ) -> Setting where T.RawValue == String {
    choice(
      name, T.allCases.map(\.rawValue), help, get: { $0[keyPath: path].rawValue },
      set: { $0[keyPath: path] = T(rawValue: $1) ?? $0[keyPath: path] })
  }

  static func one(_ words: [String], _ name: String, _ what: String) throws(DebuggerError) -> String {
    guard let first = words.first else { throw DebuggerError("\(name) needs a value: \(what)") }
    guard words.count == 1 else { throw DebuggerError("\(name) takes one value", word: 1) }
    return first
  }

  static func parseNumber(
    _ words: [String], _ name: String, _ range: some NumberRange, torch: String? = nil
  ) throws(DebuggerError) -> Double {
    let word = try one(words, name, "a number")
    guard let value = Double(word), value.isFinite else {
      throw DebuggerError("\(name) needs a number, not '\(word)'", word: 0)
    }
    guard range.contains(value) else {
      let words = torch.map { "; torch: \($0) \(word)" } ?? ""
      throw DebuggerError("\(name) must be \(range.text), not \(word)" + words, word: 0)
    }
    return value
  }
}

/// What a number may be, and how that is said.
protocol NumberRange: Sendable {
  var text: String { get }
  func contains(_ value: Double) -> Bool
}

extension PartialRangeFrom<Double>: NumberRange {
  var text: String { "at least \(formatNumber(lowerBound))" }
}

extension ClosedRange<Double>: NumberRange {
  var text: String { "from \(formatNumber(lowerBound)) to \(formatNumber(upperBound))" }
}

/// A number as it would be typed: no needless digits.
public func formatNumber(_ value: Double) -> String {
  guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
  return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
}
