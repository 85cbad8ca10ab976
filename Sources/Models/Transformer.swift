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

  let sizes: DecoderSizes
  let theta: Double

  init(_ arguments: ModelArguments) throws(ModelError) {
    let hidden = try arguments.size("hidden_size", default: 32)
    let layers = try arguments.size("num_hidden_layers", default: 2)
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
    theta = try arguments.number("rope_theta", default: 10_000)
    sizes = DecoderSizes(
      vocabulary: try arguments.size("vocab_size", default: 64), hidden: hidden,
      intermediate: try arguments.size("intermediate_size", default: hidden * 2), layers: layers,
      attention: AttentionHeads(heads: heads, keyValueHeads: keyValueHeads, headSize: headSize),
      longest: try arguments.size("max_position_embeddings", default: 2048),
      eps: try arguments.number("rms_norm_eps", default: 1e-6),
      frequencies: RotaryFrequencies(theta: theta, headSize: headSize),
      isTied: try arguments.flag("tie_word_embeddings", default: false))
  }

  var title: String { sizes.title }

  var command: String {
    let attention = sizes.attention
    var parts = [
      "model transformer", "vocab_size=\(sizes.vocabulary)", "hidden_size=\(sizes.hidden)",
      "intermediate_size=\(sizes.intermediate)", "num_hidden_layers=\(sizes.layers)",
      "num_attention_heads=\(attention.heads)", "num_key_value_heads=\(attention.keyValueHeads)",
      "head_dim=\(attention.headSize)",
    ]
    if sizes.longest != 2048 { parts.append("max_position_embeddings=\(sizes.longest)") }
    if sizes.eps != 1e-6 { parts.append("rms_norm_eps=\(sizes.eps)") }
    if theta != 10_000 { parts.append("rope_theta=\(theta)") }
    if sizes.isTied { parts.append("tie_word_embeddings=on") }
    return parts.joined(separator: " ")
  }

  var input: ModelInputKind { .tokens(vocabulary: sizes.vocabulary, longest: sizes.longest) }
  var outputFeatures: Int { sizes.vocabulary }
  var parameterCount: Int? { sizes.parameterCount }
  var featureSum: Int { sizes.featureSum }

  func build(dtype: DType, generator: inout TorchGenerator) throws(ModelError) -> Model {
    try DecoderBuilder(sizes, .drawn(generator), dtype: dtype).build(&generator)
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
