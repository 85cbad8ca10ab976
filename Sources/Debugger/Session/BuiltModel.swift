import Autograd
import LoRA
import Models
import Tensors

/// A model before any adapter, and the generator that is to draw the adapter.
struct BaseModel {
  let model: Model
  let generator: TorchGenerator
  private let command: String
  private let seed: UInt64
  private let dtype: DType

  init(_ definition: any ModelDefinition, _ configuration: Configuration) throws(ModelError) {
    var generator = TorchGenerator(seed: configuration.seed)
    model = try definition.build(dtype: configuration.dtype, generator: &generator)
    self.generator = generator
    (command, seed, dtype) = (definition.command, configuration.seed, configuration.dtype)
  }

  /// Whether building it again would come to the same bits.
  func isOf(_ definition: any ModelDefinition, _ configuration: Configuration) -> Bool {
    definition.command == command && configuration.seed == seed && configuration.dtype == dtype
  }
}

/// A configuration turned into a model: the adapter injected, the weights drawn and loaded.
struct BuiltModel: Sendable {
  let graph: ModuleGraph
  let values: [Tensor]
  let names: NameTable
  /// How many numbers its parameters have.
  let numbers: Int
  /// The adapted Linears.
  let layers: [LoraLayer]
  /// Entries of target_modules that no module has.
  let unmatchedTargets: [String]
  /// Names of loaded weights that have no place in this model, or not this shape.
  let unusedWeights: [String]
  /// What the adapter was put into; kept for the next one, unless loaded weights have taken its place.
  let base: BaseModel?

  /// Another adapter on the same model as `previous` shares its base weights.
  init(
    _ definition: any ModelDefinition, _ configuration: Configuration, after previous: BuiltModel? = nil
  ) throws(DebuggerError) {
    try BuiltModel.checkMemory(definition, configuration)
    let drawn: BaseModel
    if let known = previous?.base, known.isOf(definition, configuration) {
      drawn = known
    } else {
      drawn = try DebuggerError.wrap { () throws(ModelError) in try BaseModel(definition, configuration) }
    }
    base = configuration.weights.isEmpty ? drawn : nil
    var generator = drawn.generator
    let adapted = try DebuggerError.wrap { () throws(LoraError) in
      try drawn.model.injecting(configuration.lora, isActive: configuration.isAdapterActive, generator: &generator)
    }
    layers = adapted.layers
    unmatchedTargets = adapted.unmatchedTargets
    graph = adapted.model.graph
    var values = adapted.model.values
    var used: Set<String> = []
    for (index, parameter) in graph.parameters.enumerated() {
      guard let loaded = configuration.weights[parameter.name], loaded.shape == parameter.shape else { continue }
      values[index] = loaded.converted(to: configuration.dtype)
      used.insert(parameter.name)
    }
    self.values = values
    names = NameTable(graph)
    numbers = values.reduce(0) { $0 + $1.count }
    unusedWeights = configuration.weights.keys.filter { !used.contains($0) }.sorted()
  }

  /// PEFT allows a rank above both dimensions; it buys nothing.
  var rankWarning: String? {
    for layer in layers {
      let (r, shape) = (graph.parameters[layer.a].shape[0], graph.parameters[layer.weight].shape)
      guard r > shape[0], r > shape[1] else { continue }
      return "r \(r) is larger than both dimensions of \(graph.modules[layer.module].path) \(shape): allowed, as in "
        + "PEFT, but B A cannot have a rank above \(min(shape[0], shape[1]))"
    }
    return nil
  }

  private static func checkMemory(
    _ definition: any ModelDefinition, _ configuration: Configuration
  ) throws(DebuggerError) {
    // Weights, their old values and gradients: three copies at least.
    let limit = physicalMemory / 4
    let single = configuration.lora.rankPattern.entries.map { Int(exactly: $0.value) ?? Int.max }
    let rank = single.reduce(configuration.lora.r, max)
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
