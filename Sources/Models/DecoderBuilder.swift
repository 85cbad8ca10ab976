import Autograd
import Tensors

/// Puts a Llama-style decoder together: modules and parameters are made in the order in which transformers registers them; then the forward.
struct DecoderBuilder {
  typealias Linear = ModelBuilder.Linear

  /// A module with one vector of weights.
  struct Norm {
    let module: Int
    let weight: Int
  }

  struct Layer {
    let module, attention, mlp, activation: Int
    let q, k, v, o, gate, up, down: Linear
    let before, after: Norm
  }

  private let sizes: Transformer
  private let dtype: DType
  private var builder: ModelBuilder
  private let root = "base_model.model.model"

  init(_ sizes: Transformer, dtype: DType) {
    self.sizes = sizes
    self.dtype = dtype
    builder = ModelBuilder(dtype: dtype)
  }

  mutating func build(_ generator: inout TorchGenerator) -> Model {
    let model = builder.graph.addModule(root, kind: "LlamaModel")
    let embedding = builder.graph.addModule(root + ".embed_tokens", kind: "Embedding")
    let table = builder.parameter("weight", normal(sizes.vocabulary, sizes.hidden, &generator), embedding)
    let layers = (0..<sizes.layers).map { layer($0, &generator) }
    let last = norm(root + ".norm")
    let head = output(table, &generator)

    builder.enter(model)
    builder.enter(embedding)
    builder.apply(EmbeddingCall(), [.parameter(table)])
    builder.exit(embedding)
    for layer in layers { call(layer) }
    call(last)
    builder.exit(model)
    builder.call(head)
    builder.graph.outputEmbeddings = head.module
    return builder.finished()
  }

  // MARK: Modules and weights

  /// transformers draws its weights with `initializer_range` 0.02.
  private func normal(_ rows: Int, _ columns: Int, _ generator: inout TorchGenerator) -> Tensor {
    generator.normal(Shape(rows, columns), std: 0.02, dtype: dtype)
  }

  private mutating func linear(
    _ path: String, _ inFeatures: Int, _ outFeatures: Int, _ generator: inout TorchGenerator
  ) -> Linear {
    let module = builder.graph.addModule(path, kind: "Linear")
    return Linear(
      module: module,
      parameters: [builder.parameter("weight", normal(outFeatures, inFeatures, &generator), module)])
  }

  private mutating func norm(_ path: String) -> Norm {
    let module = builder.graph.addModule(path, kind: "LlamaRMSNorm")
    let ones = Tensor(full: Shape(sizes.hidden), value: 1, dtype: dtype)
    return Norm(module: module, weight: builder.parameter("weight", ones, module))
  }

  private mutating func layer(_ index: Int, _ generator: inout TorchGenerator) -> Layer {
    let path = root + ".layers.\(index)"
    let hidden = sizes.hidden
    let queries = sizes.attention.heads * sizes.attention.headSize
    let keys = sizes.attention.keyValueHeads * sizes.attention.headSize
    let module = builder.graph.addModule(path, kind: "LlamaDecoderLayer", isCheckpointed: true)
    let attention = builder.graph.addModule(path + ".self_attn", kind: "LlamaAttention")
    let q = linear(path + ".self_attn.q_proj", hidden, queries, &generator)
    let k = linear(path + ".self_attn.k_proj", hidden, keys, &generator)
    let v = linear(path + ".self_attn.v_proj", hidden, keys, &generator)
    let o = linear(path + ".self_attn.o_proj", queries, hidden, &generator)
    let mlp = builder.graph.addModule(path + ".mlp", kind: "LlamaMLP")
    let gate = linear(path + ".mlp.gate_proj", hidden, sizes.intermediate, &generator)
    let up = linear(path + ".mlp.up_proj", hidden, sizes.intermediate, &generator)
    let down = linear(path + ".mlp.down_proj", sizes.intermediate, hidden, &generator)
    let activation = builder.graph.addModule(path + ".mlp.act_fn", kind: "SiLU")
    let before = norm(path + ".input_layernorm")
    let after = norm(path + ".post_attention_layernorm")
    return Layer(
      module: module, attention: attention, mlp: mlp, activation: activation, q: q, k: k, v: v, o: o, gate: gate,
      up: up, down: down, before: before, after: after)
  }

  private mutating func output(_ table: Int, _ generator: inout TorchGenerator) -> Linear {
    let path = "base_model.model.lm_head"
    guard sizes.isTied else { return linear(path, sizes.hidden, sizes.vocabulary, &generator) }
    builder.graph.parameters[table].aliases.append(path + ".weight")
    return Linear(module: builder.graph.addModule(path, kind: "Linear"), parameters: [table])
  }

  // MARK: The forward pass

  private mutating func call(_ norm: Norm) {
    builder.call(RMSNormCall(eps: sizes.eps), parameters: [norm.weight], module: norm.module)
  }

  /// x + attention(norm(x)), then x + mlp(norm(x)).
  private mutating func call(_ layer: Layer) {
    let input = builder.enter(layer.module)
    call(layer.before)
    attend(layer)
    builder.apply(AddCall(), [.slot(input), .slot(builder.graph.output)])
    let middle = builder.graph.output
    call(layer.after)
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
    builder.apply(AttentionCall(sizes.attention, theta: sizes.theta), projections)
    builder.call(layer.o)
    builder.exit(layer.attention)
  }

  /// down(silu(gate(x)) * up(x)).
  private mutating func transform(_ layer: Layer) {
    let input = builder.enter(layer.mlp)
    builder.call(layer.gate, on: input)
    builder.call(ActivationCall(.silu), module: layer.activation)
    let gated = builder.graph.output
    builder.call(layer.up, on: input)
    builder.apply(MultiplyCall(), [.slot(gated), .slot(builder.graph.output)])
    builder.call(layer.down)
    builder.exit(layer.mlp)
  }
}
