import Autograd
import LoRA
import Models
import Tensors
import TestSupport
import Testing

@Suite("Whole models: gradients are central differences")
struct ModelGradientTests {
  private static let cases = [
    "linear 6 5", "linear 6 5 bias=off", "mlp 6 7 4 relu", "mlp 6 7 4 tanh", "mlp 5 6 6 4 gelu", "mlp 4 5 6 5 3 silu",
  ]

  private func check(_ words: String, _ lora: LoraConfig) throws {
    let parts = words.split(separator: " ").map(String.init)
    let kind = try #require(ModelKind.all.first { $0.name == parts[0] })
    var generator = TorchGenerator(seed: 3)
    let definition = try kind.parse(Array(parts.dropFirst()))
    let base = definition.build(dtype: .float64, generator: &generator)
    let model = try base.injecting(lora, dtype: .float64, generator: &generator)
    try check(model, outputs: definition.outputFeatures)
  }

  private func check(_ model: Model, outputs: Int) throws {
    var generator = TorchGenerator(seed: 17)
    // lora_B starts at 0, where half of the gradients are 0 too: any other point tells more.
    let values = model.values.map { generator.normal($0.shape, dtype: .float64) }
    let inputs = generator.normal([3, values[0].shape[1]], dtype: .float64)
    let target = generator.normal([3, outputs], dtype: .float64)
    let hooks = BackwardHooks(parameterCount: values.count, moduleCount: model.graph.modules.count)
    func run(_ values: [Tensor]) -> (tape: Tape, loss: Tape.ValueID) {
      var pass = ForwardPass(model.graph, parameters: values, input: inputs, hooks: hooks)
      while pass.next() != nil {}
      let output = pass.output
      var tape = pass.finish()
      let loss = tape.meanSquaredError(output, target: target, reduction: .mean)
      return (tape, loss)
    }
    let (tape, loss) = run(values)
    let backward = try #require(BackwardPass(from: loss, on: tape, hooks: hooks))
    let found = leafGradients(backward, count: values.count)
    for (index, parameter) in model.graph.parameters.enumerated() {
      guard parameter.requiresGrad else {
        #expect(found[index] == nil, "\(parameter.name) is frozen")
        continue
      }
      let gradient = try #require(found[index], "\(parameter.name)")
      let differences = centralDifferences(values, of: index) { changed in
        let (tape, loss) = run(changed)
        return tape[loss][0]
      }
      #expect(relativeError(gradient.toArray(), differences) < 1e-7, "\(parameter.name)")
    }
  }

  @Test("base weights", arguments: cases)
  func baseWeights(words: String) throws {
    var lora = LoraConfig()
    lora.targetModules = .none
    try check(words, lora)
  }

  @Test("adapters", arguments: cases)
  func adapters(words: String) throws {
    var lora = LoraConfig()
    (lora.r, lora.loraAlpha) = (3, 7)
    try check(words, lora)
  }
}
