import Autograd
import LoRA
import Models
import Tensors

/// A configuration turned into a model: the adapter injected, the weights drawn and loaded.
struct BuiltModel: Sendable {
  let graph: ModuleGraph
  let values: [Tensor]
  let names: NameTable
  /// Names of loaded weights that have no place in this model, or not this shape.
  let unusedWeights: [String]

  init(_ definition: any ModelDefinition, _ configuration: Configuration) throws(DebuggerError) {
    try BuiltModel.checkMemory(definition, configuration)
    var generator = TorchGenerator(seed: configuration.seed)
    let base = definition.build(dtype: configuration.dtype, generator: &generator)
    let model = try DebuggerError.wrap { () throws(LoraError) in
      try base.injecting(configuration.lora, dtype: configuration.dtype, generator: &generator)
    }
    graph = model.graph
    var values = model.values
    var used: Set<String> = []
    for (index, parameter) in graph.parameters.enumerated() {
      guard let loaded = configuration.weights[parameter.name], loaded.shape == parameter.shape else { continue }
      values[index] = loaded.converted(to: configuration.dtype)
      used.insert(parameter.name)
    }
    self.values = values
    names = NameTable(graph)
    unusedWeights = configuration.weights.keys.filter { !used.contains($0) }.sorted()
  }

  /// PEFT allows a rank above both dimensions; it buys nothing.
  var rankWarning: String? {
    let pairs = graph.parameters.filter { $0.name.contains(".lora_A.") }.compactMap { a -> String? in
      let path = a.name.components(before: ".lora_A.")
      guard let base = graph.parameters.first(where: { $0.name == path + ".base_layer.weight" }) else { return nil }
      let (r, outFeatures, inFeatures) = (a.shape[0], base.shape[0], base.shape[1])
      return r > outFeatures && r > inFeatures
        ? "r \(r) is larger than both dimensions of \(path) \(base.shape): allowed, as in PEFT, "
          + "but B A cannot have a rank above \(min(outFeatures, inFeatures))" : nil
    }
    return pairs.first
  }

  private static func checkMemory(
    _ definition: any ModelDefinition, _ configuration: Configuration
  ) throws(DebuggerError) {
    // Weights, their old values and gradients: three copies at least.
    let limit = physicalMemory / 4
    let rank = configuration.lora.r
    let (adapter, tooMuch) = rank.multipliedReportingOverflow(by: definition.featureSum)
    guard let count = definition.parameterCount, !tooMuch,
      count < limit / configuration.dtype.size, adapter < limit / configuration.dtype.size
    else {
      throw DebuggerError(
        "\(definition.title) with r \(rank) does not fit into this machine's memory "
          + "(\(physicalMemory >> 30) GiB); use smaller sizes")
    }
  }
}

extension String {
  fileprivate func components(before separator: String) -> String {
    var rest = self[...]
    while !rest.isEmpty {
      if rest.hasPrefix(separator) { return String(self[..<rest.startIndex]) }
      rest = rest.dropFirst()
    }
    return self
  }
}
