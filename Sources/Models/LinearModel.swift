import Autograd
import Tensors

extension ModelKind {
  static let linear = ModelKind(
    name: "linear", usage: "model linear IN OUT [bias=on|off]",
    summary: "one nn.Linear, in an nn.Sequential under base_model.model", choices: ["bias=off"]
  ) { words throws(ModelError) in
    let arguments = try ModelArguments(words, known: ["bias"])
    guard arguments.sizes.count == 2 else {
      throw ModelError("model linear takes two sizes, IN and OUT; write for example: model linear 16 16")
    }
    if let activation = arguments.activation {
      throw ModelError("model linear has no activation; '\(activation.name)' belongs to model mlp")
    }
    return MultilayerPerceptron(
      sizes: arguments.sizes, activation: nil, bias: try arguments.flag("bias", default: true))
  }
}
