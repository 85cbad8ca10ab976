import Autograd
import LoRA
import Models
import Tensors
import TestSupport
import Testing

@Suite("Whole models: gradients are central differences")
struct ModelGradientTests {
  private static let perceptrons = [
    "linear 6 5", "linear 6 5 bias=off", "mlp 6 7 4 relu", "mlp 6 7 4 tanh", "mlp 5 6 6 4 gelu", "mlp 4 5 6 5 3 silu",
    "mlp 5 5 5 5 tanh shared=on",
  ]
  private static let transformers = [
    "vocab_size=7 hidden_size=4 num_hidden_layers=1 num_attention_heads=2 intermediate_size=5",
    "vocab_size=5 hidden_size=8 num_hidden_layers=2 num_attention_heads=4 num_key_value_heads=2 intermediate_size=3",
    "vocab_size=6 hidden_size=4 num_hidden_layers=1 num_attention_heads=2 num_key_value_heads=1 head_dim=6 "
      + "intermediate_size=4 tie_word_embeddings=on",
  ].map { "transformer " + $0 }
  /// So large that a pass lets go of values after their last use.
  private static let large = ["transformer vocab_size=1100 hidden_size=64 num_hidden_layers=2", "mlp 8 300 300 4 gelu"]

  /// A model with its data: everything that its loss follows from, but for the weights.
  private struct Setup {
    let model: Model
    let input: ModelInput
    let values: [Tensor]
    var checkpointing = false
    let loss: (Tape.ValueID, inout Tape) -> Tape.ValueID

    init(_ words: String, _ lora: LoraConfig) throws {
      let parts = words.split(separator: " ").map(String.init)
      let kind = try #require(ModelKind.all.first { $0.name == parts[0] })
      var generator = TorchGenerator(seed: 17)
      let definition = try kind.parse(Array(parts.dropFirst()))
      let base = try definition.build(dtype: .float64, generator: &generator)
      let model = try base.injecting(lora, generator: &generator).model
      // lora_B starts at 0, where half of the gradients are 0 too: any other point tells more.
      values = model.values.map { generator.normal($0.shape, std: 0.5, dtype: .float64) }
      switch definition.input {
      case .features(let count):
        input = .features(generator.normal([3, count], dtype: .float64))
        let target = generator.normal([3, definition.outputFeatures], dtype: .float64)
        loss = { output, tape in tape.meanSquaredError(output, target: target, reduction: .mean) }
      case .tokens(let vocabulary, _):
        input = .tokens(Indices(generator.integers(2 * 5, below: vocabulary), shape: [2, 5]))
        let labels = generator.integers(2 * 5, below: vocabulary).enumerated().map {
          $0.offset % 4 == 3 ? nil : $0.element
        }
        loss = { output, tape in tape.crossEntropy(output, labels: labels, reduction: .mean) }
      }
      self.model = model
    }

    private var hooked: HookedGraph {
      let hooks = BackwardHooks(parameterCount: values.count, moduleCount: model.graph.modules.count)
      return HookedGraph(model.graph, hooks: hooks, checkpointing: checkpointing)
    }

    private func run(_ values: [Tensor]) -> (tape: Tape, loss: Tape.ValueID, run: GraphRun?) {
      var pass = ForwardPass(hooked, parameters: values, input: input, randomSeed: 3)
      while pass.next() != nil {}
      let finished = pass.finish()
      var tape = finished.tape
      let result = loss(finished.output, &tape)
      return (tape, result, finished.rerun)
    }

    func loss(_ values: [Tensor]) -> Double {
      let (tape, loss, _) = run(values)
      return tape[loss][0]
    }

    func gradients() -> [Tensor?] {
      let (tape, loss, run) = run(values)
      return leafGradients(BackwardPass(from: loss, on: tape, hooked, run: run), count: values.count)
    }
  }

  private func check(_ setup: Setup, _ isChecked: (String) -> Bool = { _ in true }) throws {
    let found = setup.gradients()
    for (index, parameter) in setup.model.graph.parameters.enumerated() {
      guard parameter.requiresGrad else {
        #expect(found[index] == nil, "\(parameter.name) is frozen")
        continue
      }
      guard isChecked(parameter.name) else { continue }
      let gradient = try #require(found[index], "\(parameter.name)")
      let differences = centralDifferences(setup.values, of: index, setup.loss)
      #expect(relativeError(gradient.toArray(), differences, floor: 1e-11) < 1e-7, "\(parameter.name)")
    }
  }

  private var adapter: LoraConfig {
    var lora = LoraConfig()
    (lora.r, lora.loraAlpha) = (3, 7)
    return lora
  }

  private var noAdapter: LoraConfig {
    var lora = LoraConfig()
    lora.targetModules = .none
    return lora
  }

  @Test("base weights", arguments: perceptrons + transformers)
  func baseWeights(words: String) throws {
    try check(Setup(words, noAdapter))
  }

  @Test("adapters", arguments: perceptrons + transformers)
  func adapters(words: String) throws {
    try check(Setup(words, adapter))
  }

  @Test("adapters of different rank and scale, with dropout", arguments: [perceptrons[3], transformers[1]])
  func patterns(words: String) throws {
    var lora = adapter
    lora.loraDropout = 0.4
    lora.useRslora = true
    lora.rankPattern = try ModulePatterns([("0", 2), ("q_proj|down_proj", 1)])
    lora.alphaPattern = try ModulePatterns([("2", 11), ("v_proj", 3)])
    try check(Setup(words, lora))
  }

  /// DoRA's norm is taken for a constant, so that the gradients of A and B are not the loss's derivatives.
  @Test("DoRA's magnitude, with dropout and without", arguments: [0, 0.3])
  func magnitude(dropout: Double) throws {
    var lora = adapter
    (lora.useDora, lora.loraDropout) = (true, dropout)
    for words in ["mlp 6 7 4 tanh", "mlp 5 5 5 tanh shared=on"] {
      try check(Setup(words, lora)) { $0.contains("magnitude") }
    }
  }

  @Test("checkpointing changes no bit of a gradient", arguments: perceptrons + transformers + large)
  func checkpointing(words: String) throws {
    for lora in [adapter, noAdapter] {
      var setup = try Setup(words, lora)
      let plain = setup.gradients()
      setup.checkpointing = true
      let again = setup.gradients()
      for (a, b) in zip(plain, again) {
        #expect((a == nil) == (b == nil))
        if let a, let b { #expect(a.isIdentical(to: b)) }
      }
    }
  }
}
