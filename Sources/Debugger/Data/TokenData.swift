import Models
import Tensors
import Training

extension DrawnData {
  /// `torch.manual_seed(seed)`, then input_ids = randint(0, vocabulary, (batches, batch, length)); they are the
  /// labels too, as in transformers: each token is to be told from those before it.
  static let tokens = DrawnData(
    name: "tokens",
    summary: "torch.manual_seed(seed), then input_ids from torch.randint(0, vocab_size, (batches, batch, length)); "
      + "they are the labels too",
    options: ["batch", "length", "batches", "seed"]
  ) { options, model throws(DebuggerError) in
    guard case .tokens(let vocabulary, _) = model.input else {
      throw DebuggerError("\(model.title) takes numbers, not token ids; write: data regression")
    }
    try options.check("tokens", numbersPerRow: options.length)
    var generator = TorchGenerator(seed: options.seed)
    let ids = Indices(
      generator.integers(options.batches * options.batch * options.length, below: vocabulary),
      shape: [options.batches, options.batch, options.length])
    return Dataset(
      words: options.words("tokens", withLength: true), inputs: .init(tokens: ids), targets: .init(labels: ids))
  }
}
