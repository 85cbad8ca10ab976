import Autograd
import Tensors

extension Architecture {
  static let gpt2 = Architecture(className: "GPT2LMHeadModel", modelType: "gpt2", prefix: "transformer.") {
    config throws(JSONError) in try GPT2(config)
  }
}

/// GPT-2: learned positions, LayerNorm, and transformers' Conv1D in place of every Linear of a block.
struct GPT2: LanguageModel {
  let vocabulary, longest, hidden, inner, layers, heads: Int
  let eps: Double
  let activation: Activation
  let isTied: Bool
  /// scale_attn_weights, scale_attn_by_inverse_layer_idx.
  let scalesScores, scalesByLayer: Bool

  init(_ config: JSONObject) throws(JSONError) {
    vocabulary = try config.size("vocab_size")
    longest = try config.size("n_positions", default: config.size("n_ctx", default: 1024))
    hidden = try config.size("n_embd")
    layers = try config.size("n_layer")
    heads = try config.size("n_head")
    inner = try config.size("n_inner", default: 4 * hidden)
    guard hidden % heads == 0 else { throw config.error("n_embd", "is \(hidden), no multiple of n_head, \(heads)") }
    eps = try config.eps("layer_norm_epsilon", default: 1e-5)
    activation = try config.activation("activation_function", default: "gelu_new")
    isTied = try config.flag("tie_word_embeddings") ?? true
    scalesScores = try config.flag("scale_attn_weights") ?? true
    scalesByLayer = try config.flag("scale_attn_by_inverse_layer_idx") ?? false
    if try config.flag("add_cross_attention") ?? false {
      throw config.error("add_cross_attention", "is true; only decoders without an encoder can be loaded")
    }
  }

  var title: String { "GPT-2 \(layers) x \(hidden), vocabulary \(vocabulary)" }

  var featureSum: Int { layers * (4 * hidden + 2 * hidden + 2 * (hidden + inner)) + vocabulary + hidden }

  /// What a layer multiplies its scores with.
  func scale(layer: Int) -> Double {
    let base = scalesScores ? 1 / Double(hidden / heads).squareRoot() : 1
    return scalesByLayer ? base / Double(layer + 1) : base
  }

  func build(_ weights: WeightSource, dtype: DType, generator: inout TorchGenerator) throws(ModelError) -> Model {
    try GPT2Builder(self, weights, dtype: dtype).build(&generator)
  }
}
