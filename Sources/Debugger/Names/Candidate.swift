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

extension NameTable {
  /// Parameters and modules of a graph by their short names, which are all unique enough to type.
  public func candidates(_ kind: Kind, in graph: ModuleGraph) -> [Candidate] {
    var found: [Candidate] = []
    if kind != .modules {
      found += zip(parameters, graph.parameters).map {
        Candidate($0.short, "\($1.shape) \($1.requiresGrad ? "trains" : "frozen")")
      }
    }
    guard kind != .parameters else { return found }
    let own = Set(found.map(\.text))
    return found + zip(modules, graph.modules).map { Candidate($0.short, $1.kind) }.filter { !own.contains($0.text) }
  }
}
