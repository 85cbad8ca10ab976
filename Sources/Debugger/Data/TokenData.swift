import Models
import Tensors
import Training

extension DataKind {
  /// Token ids that are given, or drawn: `torch.manual_seed(seed)`, then input_ids = randint(0, vocabulary,
  /// (batches, batch, length)). They are the labels too, as in transformers: each token is to be told from those
  /// before it.
  static let tokens = DataKind(
    name: "tokens", words: "[ID... | FILE.json | FILE.safetensors]",
    summary: "rows of token ids, which are the labels too: those given, a JSON list of ids or of rows of them, "
      + "input_ids of a .safetensors file; or torch.manual_seed(seed), then torch.randint(0, vocab_size, (batches, batch, length)). "
      + "prompt=N: the loss passes over the first N of each row",
    options: ["batch", "length", "batches", "seed", "prompt"]
  ) { request, model throws(DebuggerError) in
    let (_, vocabulary, _) = try DataKind.tokens(of: model, "tokens")
    return request.words.isEmpty ? (try drawn(request.options, vocabulary), []) : try given(request)
  }

  private static func drawn(_ options: DataOptions, _ vocabulary: Int) throws(DebuggerError) -> Dataset {
    let length = options.length ?? DataOptions.drawnLength
    try options.check("tokens", numbersPerRow: length)
    var generator = TorchGenerator(seed: options.seed)
    let shape: Shape = [options.batches, options.drawn, length]
    let ids = generator.integers(shape.count, below: vocabulary)
    let labels = ids.enumerated().map { $0 % length < options.prompt ? TokenRows.ignored : $1 }
    let words = options.words("tokens", withLength: true) + (options.prompt > 0 ? " prompt=\(options.prompt)" : "")
    return Dataset(
      words: words, inputs: .init(tokens: Indices(ids, shape: shape)),
      targets: .init(labels: Indices(labels, shape: shape)))
  }

  private static func given(_ request: DataRequest) throws(DebuggerError) -> (Dataset, [String]) {
    let options = request.options
    var rows: TokenRows
    if request.words.count == 1, !TokenRows.areIds(request.words[0]) {
      rows = try TokenRows(file: request.words[0])
    } else {
      rows = try TokenRows(words: request.words)
    }
    let notes = options.length.map { rows.fit(into: $0, isText: rows.rows.count == 1) } ?? []
    rows.mask(options.prompt)
    let made = try rows.dataset(options.given("tokens", request.words), batch: options.batch ?? 1)
    return (made.0, notes + made.1)
  }
}

extension DataOptions {
  /// The words that make data again that was given: everything that was said.
  func given(_ name: String, _ words: [String]) -> String {
    var parts = [name] + words.map { $0.contains(" ") ? "'\($0)'" : $0 }
    if let batch { parts.append("batch=\(batch)") }
    if let length { parts.append("length=\(length)") }
    if prompt > 0 { parts.append("prompt=\(prompt)") }
    if let tokenizer { parts.append("tokenizer=\(tokenizer)") }
    return parts.joined(separator: " ")
  }
}
