import Autograd

extension ModuleGraph {
  /// The modules that an adapter's rules select. As in PEFT it is an error if there are none; a name in a list that
  /// selects nothing is reported in `unmatched`.
  func targets(of config: LoraConfig) throws(LoraError) -> (modules: Set<Int>, unmatched: [String]) {
    let linears = modules.indices.filter { modules[$0].isLinear }
    let candidates = linears.map { peftKey(modules[$0].path) }
    let excluded = try self.excluded(config)
    let rule = config.targetModules
    if case .pattern = rule, config.layersToTransform != nil { throw .layersOfPattern }
    var (found, unmatched): (Set<Int>, [String]) = ([], [])
    switch rule {
    case .none: return ([], [])
    case .allLinear: found = Set(linears.filter { $0 != outputEmbeddings })
    case .names(let names):
      for name in names {
        let matches = modules.indices.filter { TargetModules.name(name, matches: modules[$0].path) }
        if matches.isEmpty { unmatched.append(name) }
        found.formUnion(matches.filter { isInLayers(config, $0, named: name) })
      }
    case .pattern(let pattern):
      let whole = try regex(pattern)
      found = Set(modules.indices.filter { (try? whole.wholeMatch(in: peftKey(modules[$0].path))) != nil })
    }
    found.subtract(excluded)
    if found.isEmpty {
      let text = if case .names(let names) = rule { "{'" + names.joined(separator: "', '") + "'}" } else { "\(rule)" }
      throw .noSuchTarget(text, candidates: candidates)
    }
    for module in found.sorted() where !modules[module].isLinear {
      throw .unsupportedTarget(path: modules[module].path, kind: modules[module].kind)
    }
    return (found, unmatched)
  }

  /// What exclude_modules names, and everything in modules_to_save, which is trained as a whole.
  private func excluded(_ config: LoraConfig) throws(LoraError) -> Set<Int> {
    var found = Set(
      modules.indices.filter { module in
        let key = "." + peftKey(modules[module].path) + "."
        return config.modulesToSave.contains { key.contains("." + $0 + ".") }
      })
    switch config.excludeModules {
    case nil, .some(.none), .allLinear: break
    case .names(let names):
      found.formUnion(
        modules.indices.filter { module in
          names.contains { TargetModules.name($0, matches: modules[module].path) }
        })
    case .pattern(let pattern):
      let whole = try regex(pattern)
      found.formUnion(modules.indices.filter { (try? whole.wholeMatch(in: peftKey(modules[$0].path))) != nil })
    }
    return found
  }

  /// PEFT's layers_to_transform: a module that is named by the end of its path counts if the first number in its
  /// path, as in `model.layers.3.mlp`, is one of the layers; layers_pattern says what stands before it.
  private func isInLayers(_ config: LoraConfig, _ module: Int, named name: String) -> Bool {
    let key = peftKey(modules[module].path)
    guard let layers = config.layersToTransform, key != name else { return true }
    let parts = key.split(separator: ".")
    let patterns = config.layersPattern
    let index = parts.indices.dropLast().first { index in
      guard Int(parts[index]) != nil else { return false }
      return patterns.isEmpty ? index > 1 : index > 0 && patterns.contains(String(parts[index - 1]))
    }
    return index.flatMap { Int(parts[$0]) }.map(layers.contains) ?? false
  }
}

extension ModuleGraph.Module {
  /// Whether an adapter can be put on it.
  var isLinear: Bool { kind == "Linear" || kind == ModuleGraph.Module.conv1D }

  /// transformers' Linear with a weight `[in, out]` (PEFT's fan_in_fan_out).
  static let conv1D = "Conv1D"
}
