import Tensors
import Training

extension DrawnData {
  /// `torch.manual_seed(seed)`, then inputs = randn(batches, batch, in), labels = randint(0, out, (batches, batch)).
  static let classification = DrawnData(
    name: "classification",
    summary:
      "torch.manual_seed(seed), then inputs from torch.randn, labels from torch.randint(0, classes, (batches, batch))",
    options: ["batch", "batches", "seed"]
  ) { options, model throws(DebuggerError) in
    let features = try DrawnData.features(of: model, "classification")
    try options.check("classification", numbersPerRow: features)
    var generator = TorchGenerator(seed: options.seed)
    let inputs = generator.normal([options.batches, options.batch, features], dtype: .float32)
    let labels = generator.integers(options.batches * options.batch, below: model.outputFeatures)
    return Dataset(
      words: options.words("classification"), inputs: .init(features: inputs),
      targets: .init(labels: Indices(labels, shape: Shape(options.batches, options.batch))))
  }
}
