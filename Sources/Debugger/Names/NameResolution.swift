import Autograd
import Glibc
import Training

/// How parameters and modules are called at the prompt: by the state-dict name, by a suffix of it
/// that is unique, by a short form such as `0.lora_B`, or several at once by a glob.
public struct NameTable: Sendable {
  public enum Kind: Sendable {
    case parameters, modules, both
  }

  struct Entry: Sendable {
    let name: String
    let short: String
    let site: HookSite
  }

  let parameters: [Entry]
  let modules: [Entry]

  public init(_ graph: ModuleGraph) {
    parameters = graph.parameters.enumerated().map { index, parameter in
      Entry(name: parameter.name, short: NameTable.short(parameter.name), site: .parameter(index))
    }
    modules = graph.modules.enumerated().map { index, module in
      Entry(name: module.path, short: NameTable.short(module.path), site: .module(index))
    }
  }

  /// `base_model.model.0.lora_B.default.weight` -> `0.lora_B`.
  public static func short(_ name: String) -> String {
    var parts = name.split(separator: ".")[...]
    if parts.starts(with: ["base_model", "model"]) && parts.count > 2 { parts = parts.dropFirst(2) }
    // Adapters and their base layers are spoken of as if they were their weights.
    let isAdapted = parts.contains("default") || parts.dropLast().last == "base_layer"
    if isAdapted && parts.last == "weight" { parts = parts.dropLast() }
    return parts.filter { $0 != "default" }.joined(separator: ".")
  }

  /// Every site a pattern names, in the model's order.
  public func resolve(_ pattern: String, _ kind: Kind) throws(DebuggerError) -> [HookSite] {
    if pattern.hasSuffix(".output"), kind == .both {
      return try resolve(String(pattern.dropLast(7)), .modules)
    }
    let lists = kind == .parameters ? [parameters] : kind == .modules ? [modules] : [parameters, modules]
    if pattern.contains(where: { "*?[".contains($0) }) {
      for list in lists {
        let found = list.filter { fnmatch(pattern, $0.name, 0) == 0 || fnmatch(pattern, $0.short, 0) == 0 }
        if !found.isEmpty { return found.map(\.site) }
      }
      throw unknown(pattern, kind, lists)
    }
    // The whole name, then a suffix of it, then the short form; a parameter before a module of that name.
    let rules: [(Entry) -> Bool] = [
      { $0.name == pattern }, { $0.name.hasSuffix("." + pattern) },
      { $0.short == pattern }, { $0.short.hasSuffix("." + pattern) },
    ]
    for rule in rules {
      for list in lists {
        let found = list.filter(rule)
        if found.count > 1 {
          throw DebuggerError("'\(pattern)' is ambiguous: \(listed(found.map(\.name)))")
        }
        if !found.isEmpty { return found.map(\.site) }
      }
    }
    throw unknown(pattern, kind, lists)
  }

  /// The one parameter or module a name stands for.
  public func one(_ pattern: String, _ kind: Kind) throws(DebuggerError) -> HookSite {
    let found = try resolve(pattern, kind)
    if found.count == 1 { return found[0] }
    let names = (parameters + modules).filter { found.contains($0.site) }.map(\.name)
    throw DebuggerError("'\(pattern)' names \(found.count), one is needed: \(listed(names))")
  }

  private func unknown(_ pattern: String, _ kind: Kind, _ lists: [[Entry]]) -> DebuggerError {
    let entries = lists.joined()
    let what = kind == .parameters ? "parameter" : kind == .modules ? "module" : "parameter or module"
    if let near = nearest(to: pattern, among: entries.map(\.short) + entries.map(\.name)) {
      return DebuggerError("no \(what) '\(pattern)'; did you mean '\(near)'?")
    }
    // A module and its weight may have the same short form.
    var seen: Set<String> = []
    let shorts = entries.map(\.short).filter { seen.insert($0).inserted }
    return DebuggerError("no \(what) '\(pattern)'; there are \(listed(shorts))")
  }

  private func listed(_ names: [String]) -> String {
    let shown = names.prefix(8).joined(separator: ", ")
    return names.count > 8 ? shown + ", and \(names.count - 8) more" : shown
  }
}

extension ModuleGraph {
  public func name(of site: HookSite) -> String {
    switch site {
    case .parameter(let index): parameters[index].name
    case .module(let index): modules[index].path
    }
  }
}
