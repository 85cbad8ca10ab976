import Autograd
import Tensors

extension Model {
  /// `get_peft_model(model, config)`: every targeted Linear becomes
  /// `base_layer(x) + lora_B(lora_A(x)) * scaling`, everything else is frozen.
  public func injecting(
    _ config: LoraConfig, dtype: DType, generator: inout TorchGenerator
  ) throws(LoraError) -> Model {
    guard config.r > 0 else { throw .rankNotPositive(config.r) }
    if config.targetModules == .none { return self }
    let targets = try graph.targets(of: config.targetModules)
    var injection = LoraInjection(self, config, dtype)
    for instruction in graph.instructions { injection.copy(instruction, targets: targets, generator: &generator) }
    return injection.finished()
  }
}

extension ModuleGraph {
  fileprivate func targets(of rule: TargetModules) throws(LoraError) -> Set<Int> {
    let linears = modules.indices.filter { modules[$0].kind == "Linear" }
    if case .names(let names) = rule {
      for name in names where !linears.contains(where: { TargetModules.name(name, matches: modules[$0].path) }) {
        throw .noSuchTarget(name: name, candidates: linears.map { modules[$0].path })
      }
    }
    return Set(linears.filter { rule.matches(path: modules[$0].path) })
  }
}

/// One rewriting of a model: instructions are copied in order, and where a targeted Linear comes by,
/// its adapter is built around it. Random draws happen in that same order, as in PEFT.
private struct LoraInjection {
  private let base: Model
  private let config: LoraConfig
  private let dtype: DType
  private var graph = ModuleGraph()
  private var values: [Tensor] = []
  private var modules: [Int: Int] = [:]
  private var parameters: [Int: Int] = [:]
  private var slots: [Int: Int] = [0: 0]

  init(_ base: Model, _ config: LoraConfig, _ dtype: DType) {
    (self.base, self.config, self.dtype) = (base, config, dtype)
  }

  consuming func finished() -> Model {
    graph.output = slots[base.graph.output] ?? graph.input
    return Model(graph: graph, values: values)
  }

  mutating func copy(
    _ instruction: ModuleGraph.Instruction, targets: Set<Int>, generator: inout TorchGenerator
  ) {
    switch instruction {
    case .enter(let module, let input, let output):
      let copy = mapModule(module, isTarget: targets.contains(module))
      graph.instructions.append(.enter(module: copy, input: mapSlot(input), output: mapSlot(output)))
    case .exit(let module, let input, let output):
      let copy = mapModule(module, isTarget: targets.contains(module))
      graph.instructions.append(.exit(module: copy, input: mapSlot(input), output: mapSlot(output)))
    case .call(let callable, let operands, let output):
      let owner = owner(of: operands)
      if let owner, targets.contains(owner), case .slot(let x) = operands[0] {
        adapt(owner, callable, operands, x: x, output: output, generator: &generator)
      } else {
        graph.instructions.append(.call(callable, operands.map { mapOperand($0) }, output: mapSlot(output)))
      }
    }
  }

  /// The module whose parameters a call uses.
  private func owner(of operands: [ModuleGraph.Operand]) -> Int? {
    for case .parameter(let index) in operands { return base.graph.parameters[index].module }
    return nil
  }

  private mutating func adapt(
    _ module: Int, _ linear: any Callable, _ operands: [ModuleGraph.Operand], x: Int, output: Int,
    generator: inout TorchGenerator
  ) {
    let path = base.graph.modules[module].path
    let x = mapSlot(x)
    let baseLayer = graph.addModule(path + ".base_layer", kind: "Linear")
    let (parameterInputs, sizes) = copyParameters(operands, into: baseLayer)
    let (inFeatures, outFeatures) = (sizes[1], sizes[0])
    let plain = wrap(baseLayer, x) { .call(linear, [.slot($0)] + parameterInputs, output: $1) }

    // PEFT makes lora_A and lora_B as nn.Linear, which draws both, then draws A again and zeroes B.
    let r = config.r
    _ = generator.kaimingUniform(Shape(r, inFeatures), dtype: dtype)
    _ = generator.kaimingUniform(Shape(outFeatures, r), dtype: dtype)
    let a = addAdapter(path + ".lora_A.default", generator.kaimingUniform(Shape(r, inFeatures), dtype: dtype))
    let down = wrap(a.module, x) { .call(LinearCall(), [.slot($0), .parameter(a.parameter)], output: $1) }
    let b = addAdapter(path + ".lora_B.default", Tensor(zeros: Shape(outFeatures, r), dtype: dtype))
    let up = wrap(b.module, down) { .call(LinearCall(), [.slot($0), .parameter(b.parameter)], output: $1) }

    let scaled = graph.newSlot()
    graph.instructions.append(.call(ScaleCall(config.scaling), [.slot(up)], output: scaled))
    graph.instructions.append(.call(AddCall(), [.slot(plain), .slot(scaled)], output: mapSlot(output)))
  }

  /// A module around one call; returns what comes out of it.
  private mutating func wrap(_ module: Int, _ x: Int, _ call: (Int, Int) -> ModuleGraph.Instruction) -> Int {
    let (inside, result, outside) = (graph.newSlot(), graph.newSlot(), graph.newSlot())
    graph.instructions.append(.enter(module: module, input: x, output: inside))
    graph.instructions.append(call(inside, result))
    graph.instructions.append(.exit(module: module, input: result, output: outside))
    return outside
  }

  private mutating func addAdapter(_ path: String, _ value: Tensor) -> (module: Int, parameter: Int) {
    let module = graph.addModule(path, kind: "Linear")
    values.append(value)
    return (module, graph.addParameter("weight", value.shape, module: module))
  }

  /// The base layer's own parameters, frozen; and its weight's shape `[out, in]`.
  private mutating func copyParameters(
    _ operands: [ModuleGraph.Operand], into module: Int
  ) -> ([ModuleGraph.Operand], Shape) {
    var copies: [ModuleGraph.Operand] = []
    var weightShape = Shape.scalar
    for case .parameter(let index) in operands {
      let parameter = base.graph.parameters[index]
      let name = parameter.name.split(separator: ".").last.map(String.init) ?? parameter.name
      if parameter.shape.rank == 2 { weightShape = parameter.shape }
      values.append(base.values[index])
      copies.append(.parameter(graph.addParameter(name, parameter.shape, module: module, requiresGrad: false)))
    }
    return (copies, weightShape)
  }

  private mutating func mapModule(_ module: Int, isTarget: Bool) -> Int {
    if let copy = modules[module] { return copy }
    let old = base.graph.modules[module]
    let copy = graph.addModule(old.path, kind: isTarget ? "lora.Linear" : old.kind)
    modules[module] = copy
    return copy
  }

  private mutating func mapSlot(_ slot: Int) -> Int {
    if let copy = slots[slot] { return copy }
    let copy = graph.newSlot()
    slots[slot] = copy
    return copy
  }

  private mutating func mapOperand(_ operand: ModuleGraph.Operand) -> ModuleGraph.Operand {
    switch operand {
    case .slot(let slot): return .slot(mapSlot(slot))
    case .parameter(let index):
      if let copy = parameters[index] { return .parameter(copy) }
      var parameter = base.graph.parameters[index]
      parameter.module = mapModule(parameter.module, isTarget: false)
      parameter.requiresGrad = false
      let copy = graph.parameters.count
      graph.parameters.append(parameter)
      values.append(base.values[index])
      parameters[index] = copy
      return .parameter(copy)
    }
  }
}
