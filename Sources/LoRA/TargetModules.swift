import Glibc

/// Which modules get an adapter.
public enum TargetModules: Sendable, Equatable, CustomStringConvertible {
  /// Every Linear of the model.
  case allLinear
  /// Module names, suffixes of them, or globs.
  case names([String])
  /// No adapter: the base weights themselves are trained.
  case none

  /// `all-linear`, `none`, or names separated by commas.
  public init(_ text: String) {
    switch text {
    case "all-linear": self = .allLinear
    case "none": self = .none
    default: self = .names(text.split(separator: ",").map(String.init).filter { !$0.isEmpty })
    }
  }

  public var description: String {
    switch self {
    case .allLinear: "all-linear"
    case .none: "none"
    case .names(let names): names.joined(separator: ",")
    }
  }

  /// PEFT's rule: the whole path or everything after one of its dots; here globs too.
  public func matches(path: String) -> Bool {
    switch self {
    case .allLinear: true
    case .none: false
    case .names(let names): names.contains { TargetModules.name($0, matches: path) }
    }
  }

  static func name(_ name: String, matches path: String) -> Bool {
    path == name || path.hasSuffix("." + name) || fnmatch(name, path, 0) == 0 || fnmatch("*." + name, path, 0) == 0
  }
}
