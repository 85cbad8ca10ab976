/// How a model is made in PyTorch: lines of Python that leave it in `base`.
public struct TorchSource: Sendable {
  /// The names it needs, by the module they are imported from.
  public var imports: [String: [String]] = [:]
  /// Classes that PyTorch does not have.
  public var definitions: [String] = []
  public let lines: [String]
  /// Whether `torch.manual_seed` before it leads to the same numbers as here.
  public var drawsTheSame = false
  /// Whether its weights come with it, from files.
  public var bringsWeights = false
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

extension Transformer {
  var torch: TorchSource {
    let attention = sizes.attention
    var options = [
      "vocab_size=\(sizes.vocabulary)", "hidden_size=\(sizes.hidden)", "intermediate_size=\(sizes.intermediate)",
      "num_hidden_layers=\(sizes.layers)", "num_attention_heads=\(attention.heads)",
      "num_key_value_heads=\(attention.keyValueHeads)", "head_dim=\(attention.headSize)",
      "max_position_embeddings=\(sizes.longest)", "rms_norm_eps=\(sizes.eps)",
    ]
    if theta != 10_000 { options.append("rope_parameters={\"rope_type\": \"default\", \"rope_theta\": \(theta)}") }
    if sizes.isTied { options.append("tie_word_embeddings=True") }
    options += ["use_cache=False", "attn_implementation=\"eager\"", "bos_token_id=None", "eos_token_id=None"]
    let rows = stride(from: 0, to: options.count, by: 4).map { start in
      "    " + options[start..<min(start + 4, options.count)].joined(separator: ", ") + ","
    }
    return TorchSource(
      imports: ["transformers": ["LlamaConfig", "LlamaForCausalLM"]],
      lines: ["base = LlamaForCausalLM(LlamaConfig("] + rows + ["))"])
  }
}

extension HuggingFaceModel {
  public var torch: TorchSource {
    let path = directory.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return TorchSource(
      imports: ["transformers": ["AutoModelForCausalLM"]],
      lines: [
        "base = AutoModelForCausalLM.from_pretrained(",
        "    \"\(path)\", dtype=torch.float32, attn_implementation=\"eager\", use_cache=False)",
      ], bringsWeights: true)
  }
}
