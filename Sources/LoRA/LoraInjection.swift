import Autograd
import Tensors

/// A model with its adapters in.
public struct AdaptedModel: Sendable {
  public let model: Model
  public let layers: [LoraLayer]
  /// Names in `target_modules` that no module has; PEFT passes over them.
  public let unmatchedTargets: [String]
}

extension Model {
  /// `get_peft_model(model, config)`: every targeted Linear becomes
  /// `base_layer(x) + lora_B(lora_A(dropout(x))) * scaling`, everything else is frozen but what `bias` and
  /// `modules_to_save` name. With `isActive` off the adapters are there and the forward pass goes past them
  /// (merged, or `disable_adapter()`).
  public func injecting(
    _ config: LoraConfig, isActive: Bool = true, generator: inout TorchGenerator
  ) throws(LoraError) -> AdaptedModel {
    guard config.r > 0 else { throw .rankNotPositive(config.r) }
    if config.targetModules == .none { return AdaptedModel(model: self, layers: [], unmatchedTargets: []) }
    let (targets, unmatched) = try graph.targets(of: config)
    var injection = LoraInjection(
      self, config, isActive: isActive, saved: try graph.modulesToSave(config.modulesToSave))
    try injection.copyModules(targets, generator: &generator)
    for instruction in graph.instructions { injection.copy(instruction) }
    return injection.finished(unmatched)
  }
}

/// One rewriting of a model: modules are copied in order, a targeted Linear with its adapter, which is where
/// the random draws happen, as in PEFT; then the instructions, an adapter's where its Linear comes by.
struct LoraInjection {
  /// What was made for a targeted Linear.
  struct Adapter {
    let layer: LoraLayer
    let modules: (base: Int, dropout: Int?, a: Int, b: Int, magnitude: Int?)
  }

  /// What was made for a module that is trained as a whole: the module around it, and its own parameters by what
  /// they are copies of.
  struct SavedModule {
    let wrapper: Int
    var parameters: [Int: Int] = [:]
  }

  let base: Model
  let config: LoraConfig
  let isActive: Bool
  var graph = ModuleGraph()
  private(set) var values: [Tensor] = []
  private(set) var adapters: [Int: Adapter] = [:]
  private(set) var saved: [Int: SavedModule] = [:]
  private(set) var modules: [Int: Int] = [:]
  private(set) var parameters: [Int: Int] = [:]
  var slots: [Int: Int] = [0: 0]
  /// The modules whose forward is being copied, the innermost last.
  var enclosing: [Int] = []
  var dropouts: UInt64 = 0
  private let roots: Set<Int>

  /// `saved` are the modules to be trained as a whole.
  init(_ base: Model, _ config: LoraConfig, isActive: Bool, saved: Set<Int>) {
    (self.base, self.config, self.isActive, roots) = (base, config, isActive, saved)
  }

  consuming func finished(_ unmatched: [String]) -> AdaptedModel {
    graph.output = slots[base.graph.output] ?? graph.input
    graph.outputEmbeddings = base.graph.outputEmbeddings.flatMap { modules[$0] }
    let layers = adapters.sorted { $0.key < $1.key }.map(\.value.layer)
    return AdaptedModel(
      model: Model(graph: graph, values: values), layers: layers, unmatchedTargets: unmatched)
  }

  // MARK: Modules and parameters

  mutating func copyModules(_ targets: Set<Int>, generator: inout TorchGenerator) throws(LoraError) {
    for (index, module) in base.graph.modules.enumerated() {
      if let root = roots.first(where: { isModule(index, inside: $0) }) {
        copySaved(index, root)
        continue
      }
      let isTarget = targets.contains(index)
      let copy = graph.addModule(
        module.path, kind: isTarget ? "lora.Linear" : module.kind, isCheckpointed: module.isCheckpointed)
      modules[index] = copy
      let owner = isTarget ? graph.addModule(module.path + ".base_layer", kind: module.kind) : copy
      for (place, parameter) in base.graph.parameters.enumerated() where parameter.module == index {
        parameters[place] = copyParameter(place, to: owner, isTrained: trainsBias(parameter, isTarget: isTarget))
      }
      if isTarget { try adapt(index, copy, baseLayer: owner, generator: &generator) }
    }
  }

  private func isModule(_ index: Int, inside root: Int) -> Bool {
    let (path, top) = (base.graph.modules[index].path, base.graph.modules[root].path)
    return path == top || path.hasPrefix(top + ".")
  }

  private func trainsBias(_ parameter: ModuleGraph.Parameter, isTarget: Bool) -> Bool {
    parameter.name.hasSuffix(".bias") && (config.bias == .all || (config.bias == .loraOnly && isTarget))
  }

  /// A parameter of the base model under its module's present name; its new index.
  private mutating func copyParameter(_ index: Int, to owner: Int, isTrained: Bool) -> Int {
    var parameter = base.graph.parameters[index]
    let name = parameter.name.split(separator: ".").last.map(String.init) ?? parameter.name
    parameter.name = graph.modules[owner].path + "." + name
    parameter.module = owner
    parameter.requiresGrad = isTrained
    // What is tied goes by its second name only as long as it is one parameter.
    if isTrained { parameter.aliases = [] }
    graph.parameters.append(parameter)
    values.append(base.values[index])
    return graph.parameters.count - 1
  }

  /// A module of `modules_to_save`, or one inside of it: the original stays, frozen, and a copy is trained.
  private mutating func copySaved(_ index: Int, _ root: Int) {
    let module = base.graph.modules[index]
    let top = base.graph.modules[root].path
    let rest = module.path.dropFirst(top.count)
    if index == root { saved[root] = SavedModule(wrapper: graph.addModule(top, kind: "ModulesToSaveWrapper")) }
    let original = graph.addModule(top + ".original_module" + rest, kind: module.kind)
    let copy = graph.addModule(top + ".modules_to_save.default" + rest, kind: module.kind)
    modules[index] = copy
    for (place, parameter) in base.graph.parameters.enumerated() where parameter.module == index {
      parameters[place] = copyParameter(place, to: original, isTrained: false)
    }
    for place in base.graph.parametersUsed(inModule: index).sorted() {
      rename(parameters[place], alias: module.path, ".original_module")
      let trained = copyParameter(place, to: copy, isTrained: true)
      saved[root]?.parameters[place] = trained
    }
  }

  /// A tied parameter's second name follows the module that it is named after.
  private mutating func rename(_ index: Int?, alias path: String, _ suffix: String) {
    guard let index else { return }
    graph.parameters[index].aliases = graph.parameters[index].aliases.map {
      $0 == path + ".weight" ? path + suffix + ".weight" : $0
    }
  }

  private mutating func adapt(
    _ index: Int, _ module: Int, baseLayer: Int, generator: inout TorchGenerator
  ) throws(LoraError) {
    let path = graph.modules[module].path
    guard let weight = base.graph.weight(ofLinear: index).flatMap({ parameters[$0] }) else {
      throw .unsupportedTarget(path: path, kind: "module without a weight of its own")
    }
    rename(weight, alias: path, ".base_layer")
    let r = config.rankPattern.value(for: path).flatMap { Int(exactly: $0) } ?? config.r
    guard r > 0 else { throw .rankNotPositive(r) }
    let scaling = config.scaling(r: r, alpha: config.alphaPattern.value(for: path) ?? config.loraAlpha)
    let isTransposed = graph.modules[baseLayer].kind == ModuleGraph.Module.conv1D
    var start: LoraInitialization.Weights
    do {
      start = try config.initLoraWeights.weights(
        for: values[weight], isTransposed: isTransposed, r: r, scaling: scaling, generator: &generator)
    } catch {
      throw .cannotInitialize(path: path, method: config.initLoraWeights.rawValue, reason: error.message)
    }
    if let changed = start.base { values[weight] = changed }
    let dropout = config.loraDropout > 0 ? graph.addModule(path + ".lora_dropout.default", kind: "Dropout") : nil
    let a = addAdapter(path + ".lora_A.default", kind: "Linear", start.a)
    let b = addAdapter(path + ".lora_B.default", kind: "Linear", start.b)
    var layer = LoraLayer(
      module: module, weight: weight, isTransposed: isTransposed, a: a.parameter, b: b.parameter, magnitude: nil,
      scaling: scaling)
    var magnitude: (module: Int, parameter: Int)?
    if config.useDora {
      let norms = layer.norms(weight: values[weight], a: start.a, b: start.b)
      magnitude = addAdapter(path + ".lora_magnitude_vector.default", kind: "DoraLinearLayer", norms)
      layer.magnitude = magnitude?.parameter
    }
    adapters[index] = Adapter(layer: layer, modules: (baseLayer, dropout, a.module, b.module, magnitude?.module))
  }

  private mutating func addAdapter(_ path: String, kind: String, _ value: Tensor) -> (module: Int, parameter: Int) {
    let module = graph.addModule(path, kind: kind)
    values.append(value)
    return (module, graph.addParameter("weight", value.shape, module: module))
  }
}

extension ModuleGraph {
  /// The matrix that a Linear's own call multiplies with.
  fileprivate func weight(ofLinear module: Int) -> Int? {
    parametersUsed(inModule: module).first { parameters[$0].shape.rank == 2 }
  }

  /// The parameters that the calls of one module read, those of modules inside of it apart.
  fileprivate func parametersUsed(inModule module: Int) -> Set<Int> {
    var (enclosing, used): ([Int], Set<Int>) = ([], [])
    for instruction in instructions {
      switch instruction {
      case .enter(let module, _, _): enclosing.append(module)
      case .exit: enclosing.removeLast()
      case .call(_, let operands, _):
        guard enclosing.last == module else { continue }
        for case .parameter(let index) in operands { used.insert(index) }
      }
    }
    return used
  }
}
