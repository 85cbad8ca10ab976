import Tensors
import Training

extension DrawnData {
  /// `torch.manual_seed(seed)`, then inputs = randn(batches, batch, in), targets = randn(batches, batch, out).
  static let regression = DrawnData(
    name: "regression",
    summary: "torch.manual_seed(seed), then inputs and targets from torch.randn(batches, batch, features)",
    options: ["batch", "batches", "seed"]
  ) { options, model throws(DebuggerError) in
    let features = try DrawnData.features(of: model, "regression")
    try options.check("regression", numbersPerRow: max(features, model.outputFeatures))
    var generator = TorchGenerator(seed: options.seed)
    let inputs = generator.normal([options.batches, options.batch, features], dtype: .float32)
    let targets = generator.normal([options.batches, options.batch, model.outputFeatures], dtype: .float32)
    return Dataset(words: options.words("regression"), inputs: .init(features: inputs), targets: .init(values: targets))
  }
}
