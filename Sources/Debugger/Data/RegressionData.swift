import Models
import Tensors
import Training

extension DataKind {
  /// `torch.manual_seed(seed)`, then inputs = randn(batches, batch, in), targets = randn(batches, batch, out).
  static let regression = DataKind(
    name: "regression", words: nil,
    summary: "torch.manual_seed(seed), then inputs and targets from torch.randn(batches, batch, features)",
    options: ["batch", "batches", "seed"]
  ) { request, model throws(DebuggerError) in
    let options = request.options
    let (model, features) = try DataKind.features(of: model, "regression")
    try options.check("regression", numbersPerRow: max(features, model.outputFeatures))
    var generator = TorchGenerator(seed: options.seed)
    let inputs = generator.normal([options.batches, options.drawn, features], dtype: .float32)
    let targets = generator.normal([options.batches, options.drawn, model.outputFeatures], dtype: .float32)
    return (
      Dataset(words: options.words("regression"), inputs: .init(features: inputs), targets: .init(values: targets)), []
    )
  }
}
