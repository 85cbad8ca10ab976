import Glibc

/// Which modules get an adapter, in every form that PEFT's `target_modules` takes.
public enum TargetModules: Sendable, Equatable, CustomStringConvertible {
  /// Every Linear of the model but the output layer of a language model.
  case allLinear
  /// Module names, suffixes of them, or globs.
  case names([String])
  /// One regular expression for the whole name.
  case pattern(String)
  /// No adapter: the base weights themselves are trained.
  case none

  /// `all-linear`, `none`, names separated by commas (as in Python with brackets and quotes, if you like), or
  /// one regular expression; what has a character that no name or glob has is taken for one.
  public init(_ text: String) throws(LoraError) {
    switch text {
    case "all-linear": self = .allLinear
    case "none", "None": self = .none
    default:
      if let list = TargetModules.list(text) {
        self = .names(list)
      } else {
        try self.init(pattern: text)
      }
    }
  }

  /// One regular expression for the whole name of a module.
  public init(pattern: String) throws(LoraError) {
    try checkedRegex(pattern)
    self = .pattern(pattern)
  }

  private static func list(_ text: String) -> [String]? {
    var body = text[...]
    if body.hasPrefix("["), body.hasSuffix("]"), body.contains(where: { "'\",".contains($0) }), !body.contains("(") {
      body = body.dropFirst().dropLast()
    } else if body.contains(where: { "()|\\^$+[]{}".contains($0) }) || body.contains(".*") {
      return nil
    }
    return body.split(separator: ",").map { item in
      let inner = item.drop { " '\"".contains($0) }
      return String(inner.reversed().drop { " '\"".contains($0) }.reversed())
    }.filter { !$0.isEmpty }
  }

  public var description: String {
    switch self {
    case .allLinear: "all-linear"
    case .none: "none"
    case .names(let names): names.joined(separator: ",")
    case .pattern(let pattern): pattern
    }
  }

  /// PEFT's rule: the whole name or everything after one of its dots; here globs too.
  static func name(_ name: String, matches path: String) -> Bool {
    path == name || path.hasSuffix("." + name) || fnmatch(name, path, 0) == 0 || fnmatch("*." + name, path, 0) == 0
  }
}
