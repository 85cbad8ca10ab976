import Autograd
import Tensors

/// What a Llama-style decoder is made of, with the names of transformers' configs in the comments.
struct DecoderSizes: Sendable {
  /// What its classes begin with, such as `Llama`.
  var family = "Llama"
  /// vocab_size.
  var vocabulary: Int
  /// hidden_size.
  var hidden: Int
  /// intermediate_size.
  var intermediate: Int
  /// num_hidden_layers.
  var layers: Int
  /// num_attention_heads, num_key_value_heads, head_dim.
  var attention: AttentionHeads
  /// The longest row of tokens: max_position_embeddings, or sliding_window where that is shorter.
  var longest: Int
  /// rms_norm_eps.
  var eps: Double
  /// rope_theta and rope_scaling.
  var frequencies: RotaryFrequencies
  /// tie_word_embeddings.
  var isTied: Bool
  /// hidden_act.
  var activation = Activation.silu
  /// Biases of q_proj, k_proj and v_proj, of o_proj, and of the perceptron.
  var hasInputBias = false
  var hasOutputBias = false
  var hasPerceptronBias = false

  var title: String { "\(family) \(layers) x \(hidden), vocabulary \(vocabulary)" }

  private var queryFeatures: Int { attention.heads * attention.headSize }
  private var keyFeatures: Int { attention.keyValueHeads * attention.headSize }

  /// In and out of the Linears of one decoder layer.
  private var layerSizes: [[Int]] {
    [
      [hidden, queryFeatures], [hidden, keyFeatures], [hidden, keyFeatures], [queryFeatures, hidden],
      [hidden, intermediate], [hidden, intermediate], [intermediate, hidden],
    ]
  }

  /// How many numbers its parameters hold, biases apart; nil if that overflows.
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

  /// Inputs plus outputs of all its Linears.
  var featureSum: Int { layers * layerSizes.joined().reduce(0, +) + vocabulary + hidden }
}
