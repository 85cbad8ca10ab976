import Autograd
import Tensors

extension ModelKind {
  static let mlp = ModelKind(
    name: "mlp", usage: "model mlp IN HIDDEN... OUT [relu|tanh|gelu|silu] [bias=on|off]",
    summary: "an nn.Sequential of Linear layers with an activation between them (default relu)"
  ) { words throws(ModelError) in
    let arguments = try ModelArguments(words)
    guard arguments.sizes.count >= 2 else {
      throw ModelError("model mlp takes two sizes or more; write for example: model mlp 16 24 5 relu")
    }
    return MultilayerPerceptron(
      sizes: arguments.sizes, activation: arguments.activation ?? Activation.all.first, bias: arguments.bias)
  }
}

/// Linear layers with an activation between them. Modules are numbered as in
/// `nn.Sequential(nn.Linear(..), act, nn.Linear(..))`: the Linears are 0, 2, 4, ...
struct MultilayerPerceptron: ModelDefinition {
  let sizes: [Int]
  /// Nil for a single `nn.Linear`.
  let activation: Activation?
  let bias: Bool

  var title: String {
    let shape = sizes.map(String.init)
    guard let activation else { return "Linear " + shape.joined(separator: "x") }
    return "MLP " + shape.joined(separator: "-") + (sizes.count > 2 ? " " + activation.name : "")
  }

  var words: String {
    let parts = [activation == nil ? "linear" : "mlp"] + sizes.map(String.init) + [activation?.name].compactMap { $0 }
    return (parts + (bias ? [] : ["bias=off"])).joined(separator: " ")
  }

  var inputFeatures: Int { sizes[0] }
  var outputFeatures: Int { sizes[sizes.count - 1] }
  var parameterCount: Int? { linearParameterCount(sizes, bias: bias) }

  var featureSum: Int { zip(sizes, sizes.dropFirst()).reduce(0) { $0 + $1.0 + $1.1 } }

  func build(dtype: DType, generator: inout TorchGenerator) -> Model {
    var graph = ModuleGraph()
    var values: [Tensor] = []
    for layer in 0..<(sizes.count - 1) {
      let (inFeatures, outFeatures) = (sizes[layer], sizes[layer + 1])
      let linear = graph.addModule("base_model.model.\(layer * 2)", kind: "Linear")
      // nn.Linear.reset_parameters: the weight first, then the bias.
      values.append(generator.kaimingUniform(Shape(outFeatures, inFeatures), dtype: dtype))
      var inputs = [graph.addParameter("weight", Shape(outFeatures, inFeatures), module: linear)]
      if bias {
        let bound = 1 / Double(inFeatures).squareRoot()
        values.append(generator.uniform(Shape(outFeatures), low: -bound, high: bound, dtype: dtype))
        inputs.append(graph.addParameter("bias", Shape(outFeatures), module: linear))
      }
      graph.append(LinearCall(), parameters: inputs, module: linear)
      if let activation, layer < sizes.count - 2 {
        graph.append(
          ActivationCall(activation), parameters: [],
          module: graph.addModule("base_model.model.\(layer * 2 + 1)", kind: activation.name))
      }
    }
    return Model(graph: graph, values: values)
  }
}

extension ModuleGraph {
  /// Adds a module that makes one call on what the model computed so far.
  fileprivate mutating func append(_ callable: any Callable, parameters: [Int], module: Int) {
    let (inside, result, outside) = (newSlot(), newSlot(), newSlot())
    instructions.append(.enter(module: module, input: output, output: inside))
    instructions.append(.call(callable, [.slot(inside)] + parameters.map { .parameter($0) }, output: result))
    instructions.append(.exit(module: module, input: result, output: outside))
    output = outside
  }
}
