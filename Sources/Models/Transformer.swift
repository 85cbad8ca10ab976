import Autograd
import Tensors

extension ModelKind {
  static let transformer = ModelKind(
    name: "transformer",
    usage:
      "model transformer [vocab_size=N] [hidden_size=N] [num_hidden_layers=N] [num_attention_heads=N] [OPTION=VALUE]...",
    summary: "a small Llama-style decoder with random weights and transformers' names "
      + "(further options: num_key_value_heads, intermediate_size, head_dim, max_position_embeddings, "
      + "rms_norm_eps, rope_theta, tie_word_embeddings=on|off)",
    choices: Transformer.options.map { $0 + "=" }
  ) { words throws(ModelError) in
    let arguments = try ModelArguments(words, known: Transformer.options)
    if let size = arguments.sizes.first {
      throw ModelError("name the size, as in: model transformer hidden_size=\(size)")
    }
    if let activation = arguments.activation {
      throw ModelError("a Llama-style decoder has silu; '\(activation.name)' belongs to model mlp")
    }
    return try Transformer(arguments)
  }
}

/// `LlamaForCausalLM`, with the names of its config: embedding, decoder layers of attention with rotary
/// positions and a SwiGLU perceptron, RMSNorm before each, and an output layer that may be tied to the embedding.
struct Transformer: ModelDefinition {
  static let options = [
    "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
    "num_key_value_heads", "head_dim", "max_position_embeddings", "rms_norm_eps", "rope_theta", "tie_word_embeddings",
  ]

  let vocabulary: Int
  let hidden: Int
  let intermediate: Int
  let layers: Int
  let attention: AttentionHeads
  let longest: Int
  let eps: Double
  let theta: Double
  let isTied: Bool

  init(_ arguments: ModelArguments) throws(ModelError) {
    vocabulary = try arguments.size("vocab_size", default: 64)
    hidden = try arguments.size("hidden_size", default: 32)
    intermediate = try arguments.size("intermediate_size", default: hidden * 2)
    layers = try arguments.size("num_hidden_layers", default: 2)
    let heads = try arguments.size("num_attention_heads", default: 4)
    let keyValueHeads = try arguments.size("num_key_value_heads", default: heads)
    guard arguments.word("head_dim") != nil || hidden % heads == 0 else {
      throw ModelError(
        "hidden_size \(hidden) is no multiple of num_attention_heads \(heads); choose others, or set head_dim",
        word: arguments.word("num_attention_heads") ?? arguments.word("hidden_size"))
    }
    guard heads % keyValueHeads == 0 else {
      throw ModelError(
        "num_attention_heads \(heads) is no multiple of num_key_value_heads \(keyValueHeads)",
        word: arguments.word("num_key_value_heads"))
    }
    let headSize = try arguments.size("head_dim", default: hidden / heads)
    guard headSize % 2 == 0 else {
      throw ModelError(
        "a head of \(headSize) cannot be rotated: rotary positions turn pairs, so head_dim must be even",
        word: arguments.word("head_dim") ?? arguments.word("num_attention_heads"))
    }
    guard layers <= 1024 else {
      throw ModelError("num_hidden_layers can be 1024 at most", word: arguments.word("num_hidden_layers"))
    }
    attention = AttentionHeads(heads: heads, keyValueHeads: keyValueHeads, headSize: headSize)
    longest = try arguments.size("max_position_embeddings", default: 2048)
    eps = try arguments.number("rms_norm_eps", default: 1e-6)
    theta = try arguments.number("rope_theta", default: 10_000)
    isTied = try arguments.flag("tie_word_embeddings", default: false)
  }

  var title: String { "Llama \(layers) x \(hidden), vocabulary \(vocabulary)" }

  var words: String {
    var parts = [
      "transformer", "vocab_size=\(vocabulary)", "hidden_size=\(hidden)", "intermediate_size=\(intermediate)",
      "num_hidden_layers=\(layers)", "num_attention_heads=\(attention.heads)",
      "num_key_value_heads=\(attention.keyValueHeads)", "head_dim=\(attention.headSize)",
    ]
    if longest != 2048 { parts.append("max_position_embeddings=\(longest)") }
    if eps != 1e-6 { parts.append("rms_norm_eps=\(eps)") }
    if theta != 10_000 { parts.append("rope_theta=\(theta)") }
    if isTied { parts.append("tie_word_embeddings=on") }
    return parts.joined(separator: " ")
  }

  var input: ModelInputKind { .tokens(vocabulary: vocabulary, longest: longest) }
  var outputFeatures: Int { vocabulary }

  private var queryFeatures: Int { attention.heads * attention.headSize }
  private var keyFeatures: Int { attention.keyValueHeads * attention.headSize }

  /// In and out of the Linears of one decoder layer.
  private var layerSizes: [[Int]] {
    [
      [hidden, queryFeatures], [hidden, keyFeatures], [hidden, keyFeatures], [queryFeatures, hidden],
      [hidden, intermediate], [hidden, intermediate], [intermediate, hidden],
    ]
  }

  var parameterCount: Int? {
    var total = (isTied ? 1 : 2).multipliedReportingOverflow(by: vocabulary * hidden).partialValue + hidden
    for sizes in layerSizes {
      guard let count = linearParameterCount(sizes, bias: false) else { return nil }
      let (all, overflow) = count.multipliedReportingOverflow(by: layers)
      let (next, tooMany) = total.addingReportingOverflow(all)
      if overflow || tooMany { return nil }
      total = next
    }
    return total + layers * hidden * 2
  }

  var featureSum: Int { layers * layerSizes.joined().reduce(0, +) + vocabulary + hidden }

  func build(dtype: DType, generator: inout TorchGenerator) -> Model {
    var builder = DecoderBuilder(self, dtype: dtype)
    return builder.build(&generator)
  }
}
