import Tensors

/// An elementwise nonlinearity under its torch name. To add one, add a line to `all`.
public struct Activation: Sendable {
  public let name: String
  /// The class in torch.nn.
  public let moduleName: String
  let gradientName: String
  let forward: @Sendable (Tensor) -> Tensor
  /// The gradient of the input from (gradient of the result, input, result).
  let backward: @Sendable (Tensor, Tensor, Tensor) -> Tensor

  public static let all: [Activation] = [
    Activation(name: "relu", moduleName: "ReLU", gradientName: "ReluBackward0") {
      $0.relu
    } backward: { g, _, y in
      g.reluBackward(result: y)
    },
    Activation(name: "tanh", moduleName: "Tanh", gradientName: "TanhBackward0") {
      $0.tanh
    } backward: { g, _, y in
      g.tanhBackward(result: y)
    },
    Activation(name: "gelu", moduleName: "GELU", gradientName: "GeluBackward0") {
      $0.gelu
    } backward: { g, x, _ in
      g.geluBackward(input: x)
    },
    Activation(name: "gelu_new", moduleName: "NewGELUActivation", gradientName: "GeluBackward0") {
      $0.geluTanh
    } backward: { g, x, _ in
      g.geluTanhBackward(input: x)
    },
    silu,
  ]

  /// The one that a Hugging Face config names.
  public static func named(inConfig name: String) -> Activation? {
    let own = ["gelu_pytorch_tanh": "gelu_new", "gelu_fast": "gelu_new", "swish": "silu"][name] ?? name
    return all.first { $0.name == own }
  }

  public static let silu = Activation(name: "silu", moduleName: "SiLU", gradientName: "SiluBackward0") {
    $0.silu
  } backward: { g, x, _ in
    g.siluBackward(input: x)
  }

  private init(
    name: String, moduleName: String, gradientName: String, _ forward: @escaping @Sendable (Tensor) -> Tensor,
    backward: @escaping @Sendable (Tensor, Tensor, Tensor) -> Tensor
  ) {
    self.name = name
    self.moduleName = moduleName
    self.gradientName = gradientName
    self.forward = forward
    self.backward = backward
  }
}

extension Tape {
  public mutating func apply(_ activation: Activation, to x: ValueID) -> ValueID {
    let input = self[x]
    let output = activation.forward(input)
    return record(
      output, from: x, by: ActivationOperation(activation: activation, input: input, output: output))
  }
}

private struct ActivationOperation: Operation {
  let activation: Activation
  let input: Tensor
  let output: Tensor
  var name: String { activation.gradientName }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] {
    [activation.backward(gradOutput, input, output)]
  }
}
