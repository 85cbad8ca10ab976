import Autograd
import Tensors

// The family of Llama-style decoders: they differ in their biases, and in whether attention has a window.

extension Architecture {
  /// Llama 2 and 3, SmolLM.
  static let llama = Architecture(className: "LlamaForCausalLM", modelType: "llama", prefix: "model.") {
    config throws(JSONError) in
    var sizes = try DecoderSizes(config, family: "Llama")
    sizes.hasInputBias = try config.flag("attention_bias") ?? false
    sizes.hasOutputBias = sizes.hasInputBias
    sizes.hasPerceptronBias = try config.flag("mlp_bias") ?? false
    return Decoder(sizes: sizes)
  }

  static let mistral = Architecture(className: "MistralForCausalLM", modelType: "mistral", prefix: "model.") {
    config throws(JSONError) in
    var sizes = try DecoderSizes(config, family: "Mistral")
    try sizes.stayWithinWindow(config)
    return Decoder(sizes: sizes)
  }

  static let qwen2 = Architecture(className: "Qwen2ForCausalLM", modelType: "qwen2", prefix: "model.") {
    config throws(JSONError) in
    var sizes = try DecoderSizes(config, family: "Qwen2")
    sizes.hasInputBias = true
    if try config.flag("use_sliding_window") ?? false { try sizes.stayWithinWindow(config) }
    return Decoder(sizes: sizes)
  }
}

/// A Llama-style decoder from a checkpoint.
private struct Decoder: LanguageModel {
  let sizes: DecoderSizes

  var title: String { sizes.title }
  var vocabulary: Int { sizes.vocabulary }
  var longest: Int { sizes.longest }
  var featureSum: Int { sizes.featureSum }

  func build(_ weights: WeightSource, dtype: DType, generator: inout TorchGenerator) throws(ModelError) -> Model {
    try DecoderBuilder(sizes, weights, dtype: dtype).build(&generator)
  }
}

extension DecoderSizes {
  /// What all of them have, in the spellings of transformers 4 and 5.
  fileprivate init(_ config: JSONObject, family: String) throws(JSONError) {
    let hidden = try config.size("hidden_size")
    let heads = try config.size("num_attention_heads")
    let keyValueHeads = try config.size("num_key_value_heads", default: heads)
    let headSize = try config.size("head_dim", default: hidden / heads)
    guard headSize > 0, headSize % 2 == 0 else {
      throw config.error("head_dim", "is \(headSize): rotary positions turn pairs, so it must be even")
    }
    guard heads % keyValueHeads == 0 else {
      throw config.error("num_attention_heads", "is \(heads), no multiple of num_key_value_heads, \(keyValueHeads)")
    }
    self.init(
      family: family, vocabulary: try config.size("vocab_size"), hidden: hidden,
      intermediate: try config.size("intermediate_size"), layers: try config.size("num_hidden_layers"),
      attention: AttentionHeads(heads: heads, keyValueHeads: keyValueHeads, headSize: headSize),
      longest: try config.size("max_position_embeddings", default: 2048),
      eps: try config.eps("rms_norm_eps", default: 1e-6),
      frequencies: try RotaryFrequencies(config, headSize: headSize),
      isTied: try config.flag("tie_word_embeddings") ?? false,
      activation: try config.activation("hidden_act", default: "silu"))
  }

  /// Within the window of its attention nothing differs from full attention.
  fileprivate mutating func stayWithinWindow(_ config: JSONObject) throws(JSONError) {
    if let window = try config.count("sliding_window", 1...Int.max) { longest = min(longest, window) }
  }
}

extension RotaryFrequencies {
  /// `rope_parameters` as transformers 5 writes them, `rope_theta` and `rope_scaling` as 4 did.
  fileprivate init(_ config: JSONObject, headSize: Int) throws(JSONError) {
    let old = try config.object("rope_scaling")
    let parameters = try config.object("rope_parameters") ?? old
    let (ownTheta, oldTheta) = (try parameters?.number("rope_theta"), try config.number("rope_theta"))
    let theta = ownTheta ?? oldTheta ?? 10_000
    guard theta > 0 else { throw config.error("rope_theta", "is \(theta); it must be above 0") }
    let (ownPart, oldPart) = (
      try parameters?.number("partial_rotary_factor"), try config.number("partial_rotary_factor")
    )
    if let part = ownPart ?? oldPart, part != 1 {
      throw config.error("partial_rotary_factor", "is \(part); only whole heads can be turned")
    }
    let (type, oldType) = (try parameters?.text("rope_type"), try parameters?.text("type"))
    let kind = type ?? oldType ?? "default"
    switch (kind, parameters) {
    case ("default", _): self.init(theta: theta, headSize: headSize)
    case ("llama3", .some(let parameters)):
      func number(_ key: String) throws(JSONError) -> Double {
        guard let value = try parameters.number(key), value > 0 else {
          throw parameters.error(key, "is missing or not above 0; rope_type llama3 needs it")
        }
        return value
      }
      let trained = try parameters.count("original_max_position_embeddings", 1...Int(Int32.max))
      let longest = try config.size("max_position_embeddings", default: 2048)
      self.init(
        theta: theta, headSize: headSize,
        Llama3(
          factor: try number("factor"), lowFrequencyFactor: try number("low_freq_factor"),
          highFrequencyFactor: try number("high_freq_factor"),
          originalLength: trained ?? longest))
    default:
      throw config.error("rope_type", "is \"\(kind)\"; lorascope has default and llama3")
    }
  }
}
