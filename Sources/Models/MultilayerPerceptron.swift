import Autograd
import Tensors

extension ModelKind {
  static let mlp = ModelKind(
    name: "mlp", usage: "model mlp IN HIDDEN... OUT [relu|tanh|gelu|silu] [bias=on|off] [shared=on|off]",
    summary: "an nn.Sequential of Linear layers with an activation between them (default relu); "
      + "shared=on: one nn.Linear, used in every layer",
    choices: Activation.all.map(\.name) + ["bias=off", "shared=on"]
  ) { words throws(ModelError) in
    let arguments = try ModelArguments(words, known: ["bias", "shared"])
    let sizes = arguments.sizes
    guard sizes.count >= 2 else {
      throw ModelError("model mlp takes two sizes or more; write for example: model mlp 16 24 5 relu")
    }
    let isShared = try arguments.flag("shared", default: false)
    guard !isShared || Set(sizes).count == 1 else {
      throw ModelError(
        "shared=on uses one nn.Linear for all layers, so all sizes must be equal, as in: model mlp 8 8 8 shared=on",
        word: arguments.word("shared"))
    }
    return MultilayerPerceptron(
      sizes: sizes, activation: arguments.activation ?? Activation.all.first,
      bias: try arguments.flag("bias", default: true), isShared: isShared)
  }
}

/// Linear layers with an activation between them. Modules are numbered as in
/// `nn.Sequential(nn.Linear(..), act, nn.Linear(..))`: the Linears are 0, 2, 4, ...; a shared one is 0.
struct MultilayerPerceptron: ModelDefinition {
  let sizes: [Int]
  /// Nil for a single `nn.Linear`.
  let activation: Activation?
  let bias: Bool
  /// All layers are the same module.
  var isShared = false

  var title: String {
    let shape = sizes.map(String.init)
    guard let activation else { return "Linear " + shape.joined(separator: "x") }
    let suffix = (sizes.count > 2 ? " " + activation.name : "") + (isShared ? " shared" : "")
    return "MLP " + shape.joined(separator: "-") + suffix
  }

  var command: String {
    let parts =
      ["model", activation == nil ? "linear" : "mlp"] + sizes.map(String.init) + [activation?.name].compactMap { $0 }
    return (parts + (bias ? [] : ["bias=off"]) + (isShared ? ["shared=on"] : [])).joined(separator: " ")
  }

  var input: ModelInputKind { .features(sizes[0]) }
  var outputFeatures: Int { sizes[sizes.count - 1] }
  var parameterCount: Int? { linearParameterCount(isShared ? Array(sizes.prefix(2)) : sizes, bias: bias) }

  var featureSum: Int { zip(sizes, sizes.dropFirst()).reduce(0) { $0 + $1.0 + $1.1 } }

  func build(dtype: DType, generator: inout TorchGenerator) -> Model {
    var builder = ModelBuilder(.drawn(generator), dtype: dtype)
    var shared: (linear: ModelBuilder.Leaf, activation: Int?)?
    for layer in 0..<(sizes.count - 1) {
      let isLast = layer == sizes.count - 2
      let linear =
        shared?.linear
        ?? builder.drawnLinear("\(layer * 2)", sizes[layer], sizes[layer + 1], bias: bias)
      builder.call(linear)
      var module = shared?.activation
      if let activation, !isLast {
        let own = module ?? builder.addModule("\(layer * 2 + 1)", kind: activation.moduleName)
        builder.call(ActivationCall(activation), module: own)
        module = own
      }
      if isShared { shared = (linear, module) }
    }
    return builder.finished(&generator)
  }
}

extension ModelBuilder {
  /// `nn.Linear(inFeatures, outFeatures)` as `reset_parameters` draws it: the weight first, then the bias.
  fileprivate mutating func drawnLinear(
    _ path: String, _ inFeatures: Int, _ outFeatures: Int, bias: Bool
  ) -> Leaf {
    let module = addModule(path, kind: "Linear")
    let weight = weights.draw { $0.kaimingUniform(Shape(outFeatures, inFeatures), dtype: dtype) }
    var parameters = [parameter("weight", weight, module)]
    if bias {
      let bound = 1 / Double(inFeatures).squareRoot()
      let drawn = weights.draw { $0.uniform(Shape(outFeatures), low: -bound, high: bound, dtype: dtype) }
      parameters.append(parameter("bias", drawn, module))
    }
    return Leaf(module: module, parameters: parameters)
  }
}

extension MultilayerPerceptron {
  var torch: TorchSource {
    let biased = bias ? "" : ", bias=False"
    func linear(_ layer: Int) -> String { "nn.Linear(\(sizes[layer]), \(sizes[layer + 1])\(biased))" }
    let made = activation.map { $0.name == "gelu_new" ? "nn.GELU(approximate=\"tanh\")" : "nn.\($0.moduleName)()" }
    guard isShared else {
      let layers = (0..<(sizes.count - 1)).map(linear)
      let separator = made.map { ", \($0), " } ?? ", "
      return TorchSource(lines: ["base = nn.Sequential(\(layers.joined(separator: separator)))"], drawsTheSame: true)
    }
    let uses = sizes.count - 1
    return TorchSource(
      definitions: [
        """
        class SharedLinear(nn.Sequential):
            \"""One Linear, "0", in every layer, with an activation, "1", between.\"""

            def forward(self, x):
                linear, activation = self
                for _ in range(\(uses - 1)):
                    x = activation(linear(x))
                return linear(x)
        """
      ],
      lines: ["base = SharedLinear(\(linear(0)), \(made ?? "nn.ReLU()"))"], drawsTheSame: true)
  }
}
