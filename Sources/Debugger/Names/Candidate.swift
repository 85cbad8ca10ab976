import Autograd

/// A word that could be typed, and what it stands for: what Tab offers and the screen lists.
public struct Candidate: Hashable, Sendable, ExpressibleByStringLiteral {
  public let text: String
  /// In a few words; empty where there is nothing to say.
  public let help: String

  public init(_ text: String, _ help: String = "") {
    self.text = text
    self.help = help
  }

  public init(stringLiteral text: String) { self.init(text) }
}

extension ModuleGraph {
  /// Parameters and modules by their short names, which are all unique enough to type.
  public func candidates(_ kind: NameTable.Kind) -> [Candidate] {
    var found: [Candidate] = []
    if kind != .modules {
      found += parameters.map {
        Candidate(NameTable.short($0.name), "\($0.shape) \($0.requiresGrad ? "trains" : "frozen")")
      }
    }
    guard kind != .parameters else { return found }
    let own = Set(found.map(\.text))
    return found + modules.map { Candidate(NameTable.short($0.path), $0.kind) }.filter { !own.contains($0.text) }
  }
}
