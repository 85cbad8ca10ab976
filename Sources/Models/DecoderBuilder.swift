import Autograd
import Tensors

/// Puts a Llama-style decoder together: modules and parameters are made in the order in which transformers registers
/// them; then the forward.
struct DecoderBuilder {
  typealias Leaf = ModelBuilder.Leaf

  struct Layer {
    let module, attention, mlp, activation: Int
    let q, k, v, o, gate, up, down: Leaf
    let before, after: Leaf
  }

  private let sizes: DecoderSizes
  private var builder: ModelBuilder
  private let root = "model"

  init(_ sizes: DecoderSizes, _ weights: WeightSource, dtype: DType) {
    self.sizes = sizes
    builder = ModelBuilder(weights, dtype: dtype)
  }

  consuming func build(_ generator: inout TorchGenerator) throws(ModelError) -> Model {
    let model = builder.addModule(root, kind: sizes.family + "Model")
    let embedding = builder.addModule(root + ".embed_tokens", kind: "Embedding")
    let table = try builder.parameter("weight", [sizes.vocabulary, sizes.hidden], .normal, embedding)
    var layers: [Layer] = []
    for index in 0..<sizes.layers { layers.append(try layer(index)) }
    let last = try norm(root + ".norm")
    let head = try builder.outputLayer(tiedTo: sizes.isTied ? table : nil, [sizes.vocabulary, sizes.hidden])

    builder.enter(model)
    builder.call(EmbeddingCall(), parameters: [table], module: embedding)
    for layer in layers { call(layer) }
    builder.call(last)
    builder.exit(model)
    builder.call(head)
    return builder.finished(&generator)
  }

  // MARK: Modules and weights

  private mutating func norm(_ path: String) throws(ModelError) -> Leaf {
    let module = builder.addModule(path, kind: sizes.family + "RMSNorm")
    let weight = try builder.parameter("weight", [sizes.hidden], .ones, module)
    return Leaf(module: module, parameters: [weight], call: RMSNormCall(eps: sizes.eps))
  }

  private mutating func layer(_ index: Int) throws(ModelError) -> Layer {
    let path = root + ".layers.\(index)"
    let (hidden, inner) = (sizes.hidden, sizes.intermediate)
    let queries = sizes.attention.heads * sizes.attention.headSize
    let keys = sizes.attention.keyValueHeads * sizes.attention.headSize
    let module = builder.addModule(path, kind: sizes.family + "DecoderLayer", isCheckpointed: true)
    let attention = builder.addModule(path + ".self_attn", kind: sizes.family + "Attention")
    let q = try builder.linear(path + ".self_attn.q_proj", hidden, queries, hasBias: sizes.hasInputBias)
    let k = try builder.linear(path + ".self_attn.k_proj", hidden, keys, hasBias: sizes.hasInputBias)
    let v = try builder.linear(path + ".self_attn.v_proj", hidden, keys, hasBias: sizes.hasInputBias)
    let o = try builder.linear(path + ".self_attn.o_proj", queries, hidden, hasBias: sizes.hasOutputBias)
    let mlp = builder.addModule(path + ".mlp", kind: sizes.family + "MLP")
    let gate = try builder.linear(path + ".mlp.gate_proj", hidden, inner, hasBias: sizes.hasPerceptronBias)
    let up = try builder.linear(path + ".mlp.up_proj", hidden, inner, hasBias: sizes.hasPerceptronBias)
    let down = try builder.linear(path + ".mlp.down_proj", inner, hidden, hasBias: sizes.hasPerceptronBias)
    let activation = builder.addModule(path + ".mlp.act_fn", kind: sizes.activation.moduleName)
    let before = try norm(path + ".input_layernorm")
    let after = try norm(path + ".post_attention_layernorm")
    return Layer(
      module: module, attention: attention, mlp: mlp, activation: activation, q: q, k: k, v: v, o: o, gate: gate,
      up: up, down: down, before: before, after: after)
  }

  // MARK: The forward pass

  /// x + attention(norm(x)), then x + mlp(norm(x)).
  private mutating func call(_ layer: Layer) {
    let input = builder.enter(layer.module)
    builder.call(layer.before)
    attend(layer)
    builder.apply(AddCall(), [.slot(input), .slot(builder.graph.output)])
    let middle = builder.graph.output
    builder.call(layer.after)
    transform(layer)
    builder.apply(AddCall(), [.slot(middle), .slot(builder.graph.output)])
    builder.exit(layer.module)
  }

  private mutating func attend(_ layer: Layer) {
    let input = builder.enter(layer.attention)
    let projections = [layer.q, layer.k, layer.v].map { projection in
      builder.call(projection, on: input)
      return ModuleGraph.Operand.slot(builder.graph.output)
    }
    builder.apply(AttentionCall(sizes.attention, sizes.frequencies), projections)
    builder.call(layer.o)
    builder.exit(layer.attention)
  }

  /// down(silu(gate(x)) * up(x)).
  private mutating func transform(_ layer: Layer) {
    let input = builder.enter(layer.mlp)
    builder.call(layer.gate, on: input)
    builder.call(ActivationCall(sizes.activation), module: layer.activation)
    let gated = builder.graph.output
    builder.call(layer.up, on: input)
    builder.apply(MultiplyCall(), [.slot(gated), .slot(builder.graph.output)])
    builder.call(layer.down)
    builder.exit(layer.mlp)
  }
}
