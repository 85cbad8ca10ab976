import Autograd
import Tensors

/// Puts a GPT-2 together: modules and parameters in the order in which transformers registers them; then the forward.
struct GPT2Builder {
  typealias Leaf = ModelBuilder.Leaf

  private struct Block {
    let module, attention, mlp, activation: Int
    let before, after: Leaf
    let qkv, output, up, down: Leaf
    let heads: AttentionHeads
  }

  private let sizes: GPT2
  private var builder: ModelBuilder
  private let root = "transformer"

  init(_ sizes: GPT2, _ weights: WeightSource, dtype: DType) {
    self.sizes = sizes
    builder = ModelBuilder(weights, dtype: dtype)
  }

  consuming func build(_ generator: inout TorchGenerator) throws(ModelError) -> Model {
    let model = builder.addModule(root, kind: "GPT2Model")
    let tokens = builder.addModule(root + ".wte", kind: "Embedding")
    let table = try builder.parameter("weight", [sizes.vocabulary, sizes.hidden], .normal, tokens)
    let positions = builder.addModule(root + ".wpe", kind: "Embedding")
    let places = try builder.parameter("weight", [sizes.longest, sizes.hidden], .normal, positions)
    var blocks: [Block] = []
    for index in 0..<sizes.layers { blocks.append(try block(index)) }
    let last = try norm(root + ".ln_f")
    let head = try builder.outputLayer(tiedTo: sizes.isTied ? table : nil, [sizes.vocabulary, sizes.hidden])

    let input = builder.enter(model)
    builder.call(EmbeddingCall(), parameters: [table], module: tokens, on: input)
    let embedded = builder.graph.output
    builder.call(PositionCall(), parameters: [places], module: positions, on: input)
    builder.apply(AddCall(), [.slot(embedded), .slot(builder.graph.output)])
    for block in blocks { call(block) }
    builder.call(last)
    builder.exit(model)
    builder.call(head)
    return builder.finished(&generator)
  }

  // MARK: Modules and weights

  private mutating func norm(_ path: String) throws(ModelError) -> Leaf {
    let module = builder.addModule(path, kind: "LayerNorm")
    let weight = try builder.parameter("weight", [sizes.hidden], .ones, module)
    let bias = try builder.parameter("bias", [sizes.hidden], .zeros, module)
    return Leaf(module: module, parameters: [weight, bias], call: LayerNormCall(eps: sizes.eps))
  }

  private mutating func block(_ index: Int) throws(ModelError) -> Block {
    let path = root + ".h.\(index)"
    let hidden = sizes.hidden
    let module = builder.addModule(path, kind: "GPT2Block", isCheckpointed: true)
    let before = try norm(path + ".ln_1")
    let attention = builder.addModule(path + ".attn", kind: "GPT2Attention")
    let qkv = try builder.conv1D(path + ".attn.c_attn", hidden, 3 * hidden)
    let output = try builder.conv1D(path + ".attn.c_proj", hidden, hidden)
    let after = try norm(path + ".ln_2")
    let mlp = builder.addModule(path + ".mlp", kind: "GPT2MLP")
    let up = try builder.conv1D(path + ".mlp.c_fc", hidden, sizes.inner)
    let down = try builder.conv1D(path + ".mlp.c_proj", sizes.inner, hidden)
    let activation = builder.addModule(path + ".mlp.act", kind: sizes.activation.moduleName)
    let heads = AttentionHeads(
      heads: sizes.heads, keyValueHeads: sizes.heads, headSize: hidden / sizes.heads, scale: sizes.scale(layer: index))
    return Block(
      module: module, attention: attention, mlp: mlp, activation: activation, before: before, after: after, qkv: qkv,
      output: output, up: up, down: down, heads: heads)
  }

  // MARK: The forward pass

  /// x + attention(ln_1(x)), then x + mlp(ln_2(x)).
  private mutating func call(_ block: Block) {
    let input = builder.enter(block.module)
    builder.call(block.before)
    attend(block)
    builder.apply(AddCall(), [.slot(builder.graph.output), .slot(input)])
    let middle = builder.graph.output
    builder.call(block.after)
    builder.enter(block.mlp)
    builder.call(block.up)
    builder.call(ActivationCall(sizes.activation), module: block.activation)
    builder.call(block.down)
    builder.exit(block.mlp)
    builder.apply(AddCall(), [.slot(middle), .slot(builder.graph.output)])
    builder.exit(block.module)
  }

  private mutating func attend(_ block: Block) {
    builder.enter(block.attention)
    builder.call(block.qkv)
    let all = builder.graph.output
    let parts = (0..<3).map { part in
      builder.apply(ColumnsCall((part * sizes.hidden)..<((part + 1) * sizes.hidden)), [.slot(all)])
      return ModuleGraph.Operand.slot(builder.graph.output)
    }
    builder.apply(AttentionCall(block.heads), parts)
    builder.call(block.output)
    builder.exit(block.attention)
  }
}
