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
  /// `base_layer(x) + lora_B(lora_A(dropout(x))) * scaling`, everything else is frozen. With `isActive` off
  /// the adapters are there and the forward pass goes past them (merged, or `disable_adapter()`).
  public func injecting(
    _ config: LoraConfig, isActive: Bool = true, generator: inout TorchGenerator
  ) throws(LoraError) -> AdaptedModel {
    guard config.r > 0 else { throw .rankNotPositive(config.r) }
    if config.targetModules == .none { return AdaptedModel(model: self, layers: [], unmatchedTargets: []) }
    let (targets, unmatched) = try graph.targets(of: config.targetModules)
    var injection = LoraInjection(self, config, isActive: isActive)
    try injection.copyModules(targets, generator: &generator)
    for instruction in graph.instructions { injection.copy(instruction) }
    return injection.finished(unmatched)
  }
}

/// One rewriting of a model: modules are copied in order, a targeted Linear with its adapter, which is where
/// the random draws happen, as in PEFT; then the instructions, an adapter's where its Linear comes by.
private struct LoraInjection {
  /// What was made for a targeted Linear.
  private struct Adapter {
    let layer: LoraLayer
    let modules: (base: Int, dropout: Int?, a: Int, b: Int, magnitude: Int?)
  }

  private let base: Model
  private let config: LoraConfig
  private let isActive: Bool
  private var graph = ModuleGraph()
  private var values: [Tensor] = []
  private var adapters: [Int: Adapter] = [:]
  private var modules: [Int: Int] = [:]
  private var parameters: [Int: Int] = [:]
  private var slots: [Int: Int] = [0: 0]
  /// The modules whose forward is being copied, the innermost last.
  private var enclosing: [Int] = []
  private var dropouts: UInt64 = 0

  init(_ base: Model, _ config: LoraConfig, isActive: Bool) {
    (self.base, self.config, self.isActive) = (base, config, isActive)
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
      let isTarget = targets.contains(index)
      let copy = graph.addModule(
        module.path, kind: isTarget ? "lora.Linear" : module.kind, isCheckpointed: module.isCheckpointed)
      modules[index] = copy
      let owner = isTarget ? graph.addModule(module.path + ".base_layer", kind: "Linear") : copy
      for (place, parameter) in base.graph.parameters.enumerated() where parameter.module == index {
        copyParameter(place, to: owner)
      }
      if isTarget { try adapt(index, copy, baseLayer: owner, generator: &generator) }
    }
  }

  /// A parameter of the base model, frozen, under its module's present name.
  private mutating func copyParameter(_ index: Int, to owner: Int) {
    var parameter = base.graph.parameters[index]
    let name = parameter.name.split(separator: ".").last.map(String.init) ?? parameter.name
    parameter.name = graph.modules[owner].path + "." + name
    parameter.module = owner
    parameter.requiresGrad = false
    parameters[index] = graph.parameters.count
    graph.parameters.append(parameter)
    values.append(base.values[index])
  }

  private mutating func adapt(
    _ index: Int, _ module: Int, baseLayer: Int, generator: inout TorchGenerator
  ) throws(LoraError) {
    let path = graph.modules[module].path
    guard let weight = base.graph.weight(ofLinear: index).flatMap({ parameters[$0] }) else {
      throw .unsupportedTarget(path: path, kind: "module without a weight of its own")
    }
    let r = config.rankPattern.value(for: path).flatMap { Int(exactly: $0) } ?? config.r
    guard r > 0 else { throw .rankNotPositive(r) }
    let scaling = config.scaling(r: r, alpha: config.alphaPattern.value(for: path) ?? config.loraAlpha)
    let start: LoraInitialization.Weights
    do {
      start = try config.initLoraWeights.weights(
        for: values[weight], r: r, scaling: scaling, generator: &generator)
    } catch {
      throw .cannotInitialize(path: path, method: config.initLoraWeights.rawValue, reason: error.message)
    }
    values[weight] = start.base
    let dropout = config.loraDropout > 0 ? graph.addModule(path + ".lora_dropout.default", kind: "Dropout") : nil
    let a = addAdapter(path + ".lora_A.default", kind: "Linear", start.a)
    let b = addAdapter(path + ".lora_B.default", kind: "Linear", start.b)
    let magnitude =
      config.useDora
      ? addAdapter(
        path + ".lora_magnitude_vector.default", kind: "DoraLinearLayer",
        DoraCall.norms(weight: start.base, a: start.a, b: start.b, scaling: scaling)) : nil
    adapters[index] = Adapter(
      layer: LoraLayer(
        module: module, weight: weight, a: a.parameter, b: b.parameter, magnitude: magnitude?.parameter,
        scaling: scaling),
      modules: (baseLayer, dropout, a.module, b.module, magnitude?.module))
  }

  private mutating func addAdapter(_ path: String, kind: String, _ value: Tensor) -> (module: Int, parameter: Int) {
    let module = graph.addModule(path, kind: kind)
    values.append(value)
    return (module, graph.addParameter("weight", value.shape, module: module))
  }

  // MARK: Instructions

  mutating func copy(_ instruction: ModuleGraph.Instruction) {
    switch instruction {
    case .enter(let module, let input, let output):
      enclosing.append(module)
      graph.instructions.append(.enter(module: modules[module] ?? 0, input: mapSlot(input), output: mapSlot(output)))
    case .exit(let module, let input, let output):
      enclosing.removeLast()
      graph.instructions.append(.exit(module: modules[module] ?? 0, input: mapSlot(input), output: mapSlot(output)))
    case .call(let callable, let operands, let output):
      if let adapter = enclosing.last.flatMap({ adapters[$0] }), case .slot(let x) = operands[0] {
        let inputs = operands.map { mapOperand($0) }
        slots[output] = call(adapter, linear: callable, inputs, x: mapSlot(x))
      } else {
        let inputs = operands.map { mapOperand($0) }
        graph.instructions.append(.call(callable, inputs, output: mapSlot(output)))
      }
    }
  }

  /// The forward of PEFT's lora.Linear in place of the Linear's own. `operands` are x, weight and bias.
  private mutating func call(
    _ adapter: Adapter, linear: any Callable, _ operands: [ModuleGraph.Operand], x: Int
  ) -> Int {
    let own = operands.dropFirst()
    let plain = wrap(adapter.modules.base, x) { .call(linear, [.slot($0)] + own, output: $1) }
    guard isActive else { return plain }
    var input = x
    if let dropout = adapter.modules.dropout {
      dropouts += 1
      let call = DropoutCall(p: config.loraDropout, stream: dropouts)
      input = wrap(dropout, x) { .call(call, [.slot($0)], output: $1) }
    }
    let addition = config.useDora ? dora(adapter, Array(own), plain: plain, input) : lora(adapter, input)
    let output = graph.newSlot()
    graph.instructions.append(.call(AddCall(), [.slot(plain), .slot(addition)], output: output))
    return output
  }

  /// lora_B(lora_A(x)).
  private mutating func project(_ adapter: Adapter, _ input: Int) -> Int {
    let layer = adapter.layer
    let down = wrap(adapter.modules.a, input) { .call(LinearCall(), [.slot($0), .parameter(layer.a)], output: $1) }
    return wrap(adapter.modules.b, down) { .call(LinearCall(), [.slot($0), .parameter(layer.b)], output: $1) }
  }

  private mutating func lora(_ adapter: Adapter, _ input: Int) -> Int {
    let up = project(adapter, input)
    let scaled = graph.newSlot()
    graph.instructions.append(.call(ScaleCall(adapter.layer.scaling), [.slot(up)], output: scaled))
    return scaled
  }

  private mutating func dora(_ adapter: Adapter, _ own: [ModuleGraph.Operand], plain: Int, _ input: Int) -> Int {
    let layer = adapter.layer
    guard let magnitude = layer.magnitude, let module = adapter.modules.magnitude else { return lora(adapter, input) }
    let isDropped = adapter.modules.dropout != nil
    let inside = graph.newSlot()
    graph.instructions.append(.enter(module: module, input: input, output: inside))
    let up = project(adapter, inside)
    var base = plain
    if isDropped {
      // What was dropped for A is dropped for W too: the base result is computed again, without its bias.
      base = graph.newSlot()
      graph.instructions.append(.call(LinearCall(), [.slot(inside), .parameter(layer.weight)], output: base))
    }
    let weights: [ModuleGraph.Operand] = [magnitude, layer.weight, layer.a, layer.b].map { .parameter($0) }
    let (result, outside) = (graph.newSlot(), graph.newSlot())
    graph.instructions.append(
      .call(
        DoraCall(scaling: layer.scaling, subtractsBias: !isDropped),
        [.slot(base), .slot(up)] + weights + own.dropFirst(),
        output: result))
    graph.instructions.append(.exit(module: module, input: result, output: outside))
    return outside
  }

  /// A module around one call; returns what comes out of it.
  private mutating func wrap(_ module: Int, _ x: Int, _ call: (Int, Int) -> ModuleGraph.Instruction) -> Int {
    let (inside, result, outside) = (graph.newSlot(), graph.newSlot(), graph.newSlot())
    graph.instructions.append(.enter(module: module, input: x, output: inside))
    graph.instructions.append(call(inside, result))
    graph.instructions.append(.exit(module: module, input: result, output: outside))
    return outside
  }

  private mutating func mapSlot(_ slot: Int) -> Int {
    if let copy = slots[slot] { return copy }
    let copy = graph.newSlot()
    slots[slot] = copy
    return copy
  }

  private mutating func mapOperand(_ operand: ModuleGraph.Operand) -> ModuleGraph.Operand {
    switch operand {
    case .slot(let slot): .slot(mapSlot(slot))
    case .parameter(let index): .parameter(parameters[index] ?? 0)
    }
  }
}

extension ModuleGraph {
  /// The matrix that a Linear's own call multiplies with.
  fileprivate func weight(ofLinear module: Int) -> Int? {
    parameters.indices.first { parameters[$0].module == module && parameters[$0].shape.rank == 2 }
  }
}
