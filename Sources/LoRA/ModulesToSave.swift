import Autograd

extension ModuleGraph {
  /// The modules that PEFT's `modules_to_save` selects: those whose path ends with one of the names, dot or not,
  /// the outermost of each.
  func modulesToSave(_ names: [String]) throws(LoraError) -> Set<Int> {
    var found: Set<Int> = []
    for name in names {
      let matches = modules.indices.filter { peftKey(modules[$0].path).hasSuffix(name) }
      if matches.isEmpty {
        throw .noSuchModuleToSave(name, candidates: modules.map { peftKey($0.path) })
      }
      found.formUnion(matches)
    }
    return found.filter { index in
      !found.contains { $0 != index && modules[index].path.hasPrefix(modules[$0].path + ".") }
    }
  }
}
