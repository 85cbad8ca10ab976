import Tensors
import Training

extension DataKind {
  /// `torch.manual_seed(seed)`, then inputs = randn(batches, batch, in), labels = randint(0, out, (batches, batch)).
  static let classification = DataKind(
    name: "classification", words: nil,
    summary:
      "torch.manual_seed(seed), then inputs from torch.randn, labels from torch.randint(0, classes, (batches, batch))",
    options: ["batch", "batches", "seed"]
  ) { request, model throws(DebuggerError) in
    let options = request.options
    let (model, features) = try DataKind.features(of: model, "classification")
    try options.check("classification", numbersPerRow: features)
    var generator = TorchGenerator(seed: options.seed)
    let inputs = generator.normal([options.batches, options.drawn, features], dtype: .float32)
    let labels = generator.integers(options.batches * options.drawn, below: model.outputFeatures)
    return (
      Dataset(
        words: options.words("classification"), inputs: .init(features: inputs),
        targets: .init(labels: Indices(labels, shape: Shape(options.batches, options.drawn)))), []
    )
  }
}
