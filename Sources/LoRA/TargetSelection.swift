import Autograd

extension ModuleGraph {
  /// The modules that a rule selects. As in PEFT it is an error if there are none; a name in a list that
  /// selects nothing is reported in `unmatched`.
  func targets(of rule: TargetModules) throws(LoraError) -> (modules: Set<Int>, unmatched: [String]) {
    let linears = modules.indices.filter { modules[$0].kind == "Linear" }
    let candidates = linears.map { peftKey(modules[$0].path) }
    switch rule {
    case .none: return ([], [])
    case .allLinear: return (Set(linears.filter { $0 != outputEmbeddings }), [])
    case .names(let names):
      var (found, unmatched): (Set<Int>, [String]) = ([], [])
      for name in names {
        let matches = modules.indices.filter { TargetModules.name(name, matches: modules[$0].path) }
        if matches.isEmpty { unmatched.append(name) }
        found.formUnion(matches)
      }
      if found.isEmpty { throw .noSuchTarget("{'" + names.joined(separator: "', '") + "'}", candidates: candidates) }
      return (try checked(found), unmatched)
    case .pattern(let pattern):
      let whole = try regex(pattern)
      let found = modules.indices.filter { (try? whole.wholeMatch(in: peftKey(modules[$0].path))) != nil }
      if found.isEmpty { throw .noSuchTarget(pattern, candidates: candidates) }
      return (try checked(Set(found)), [])
    }
  }

  private func checked(_ found: Set<Int>) throws(LoraError) -> Set<Int> {
    for module in found.sorted() where modules[module].kind != "Linear" {
      throw .unsupportedTarget(path: modules[module].path, kind: modules[module].kind)
    }
    return found
  }
}
