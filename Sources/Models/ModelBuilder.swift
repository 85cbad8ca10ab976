import Autograd
import Tensors

/// Puts a graph together module by module; `graph.output` is what was computed so far.
struct ModelBuilder {
  /// A module that makes one call, such as a Linear, and its parameters, weight first.
  struct Leaf {
    let module: Int
    let parameters: [Int]
    var call: any Callable = LinearCall()
  }

  /// What PEFT puts before every name.
  private static let root = "base_model.model."

  var graph = ModuleGraph()
  let dtype: DType
  var weights: WeightSource
  private var values: [Tensor] = []

  init(_ weights: WeightSource, dtype: DType) {
    (self.weights, self.dtype) = (weights, dtype)
  }

  /// The model; `generator` goes on after what was drawn for it.
  consuming func finished(_ generator: inout TorchGenerator) -> Model {
    weights.advance(&generator)
    return Model(graph: graph, values: values)
  }

  // MARK: Modules and parameters

  /// A module under its path in the base model.
  mutating func addModule(_ path: String, kind: String, isCheckpointed: Bool = false) -> Int {
    graph.addModule(ModelBuilder.root + path, kind: kind, isCheckpointed: isCheckpointed)
  }

  mutating func parameter(_ name: String, _ value: Tensor, _ module: Int) -> Int {
    values.append(value)
    return graph.addParameter(name, value.shape, module: module)
  }

  /// A parameter whose value comes from the weights.
  mutating func parameter(
    _ name: String, _ sizes: [Int], _ beginning: WeightSource.Beginning, _ module: Int
  ) throws(ModelError) -> Int {
    let whole = graph.modules[module].path.dropFirst(ModelBuilder.root.count) + "." + name
    return parameter(name, try weights.take(String(whole), sizes, beginning, dtype: dtype), module)
  }

  /// An `nn.Linear` as transformers makes it.
  mutating func linear(
    _ path: String, _ inFeatures: Int, _ outFeatures: Int, hasBias: Bool
  ) throws(ModelError) -> Leaf {
    let module = addModule(path, kind: "Linear")
    var parameters = [try parameter("weight", [outFeatures, inFeatures], .normal, module)]
    if hasBias { parameters.append(try parameter("bias", [outFeatures], .zeros, module)) }
    return Leaf(module: module, parameters: parameters)
  }

  /// transformers' `Conv1D`.
  mutating func conv1D(_ path: String, _ inFeatures: Int, _ outFeatures: Int) throws(ModelError) -> Leaf {
    let module = addModule(path, kind: "Conv1D")
    let weight = try parameter("weight", [inFeatures, outFeatures], .normal, module)
    return Leaf(
      module: module, parameters: [weight, try parameter("bias", [outFeatures], .zeros, module)], call: Conv1DCall())
  }

  /// `lm_head`, which may share its weight with the embedding.
  mutating func outputLayer(tiedTo table: Int?, _ sizes: [Int]) throws(ModelError) -> Leaf {
    let module = addModule("lm_head", kind: "Linear")
    graph.outputEmbeddings = module
    guard let table, !(try weights.isUntied("lm_head.weight", from: values[table])) else {
      return Leaf(module: module, parameters: [try parameter("weight", sizes, .normal, module)])
    }
    graph.parameters[table].aliases.append(graph.modules[module].path + ".weight")
    return Leaf(module: module, parameters: [table])
  }

  // MARK: The forward pass

  /// A leaf on what was computed so far, or on a slot.
  mutating func call(_ leaf: Leaf, on slot: ModuleGraph.Slot? = nil) {
    call(leaf.call, parameters: leaf.parameters, module: leaf.module, on: slot)
  }

  /// A module that makes one call. An embedding's only operands are its parameters: its input are the token ids.
  mutating func call(
    _ callable: any Callable, parameters: [Int] = [], module: Int, on slot: ModuleGraph.Slot? = nil
  ) {
    let inside = enter(module, slot)
    let isEmbedding = callable is EmbeddingCall || callable is PositionCall
    apply(callable, (isEmbedding ? [] : [.slot(inside)]) + parameters.map { .parameter($0) })
    exit(module)
  }

  /// A module's forward begins; returns its input as seen from inside.
  @discardableResult
  mutating func enter(_ module: Int, _ slot: ModuleGraph.Slot? = nil) -> ModuleGraph.Slot {
    let inside = graph.newSlot()
    graph.instructions.append(.enter(module: module, input: slot ?? graph.output, output: inside))
    graph.output = inside
    return inside
  }

  mutating func exit(_ module: Int) {
    let outside = graph.newSlot()
    graph.instructions.append(.exit(module: module, input: graph.output, output: outside))
    graph.output = outside
  }

  mutating func apply(_ callable: any Callable, _ operands: [ModuleGraph.Operand]) {
    let result = graph.newSlot()
    graph.instructions.append(.call(callable, operands, output: result))
    graph.output = result
  }
}
