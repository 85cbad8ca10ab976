import Models
import Tensors
import Tokenizers
import Training

extension DataKind {
  /// Text through a tokenizer.json.
  static let text = DataKind(
    name: "text", words: "'TEXT' | 'PROMPT' 'COMPLETION' | FILE",
    summary: "text through the tokenizer.json of the model's directory; of a prompt and its completion the loss counts "
      + "the completion. FILE: a text; or .jsonl or .json with \"text\", or \"prompt\" and \"completion\", in each object, "
      + "one row each. A long text is cut into rows of length tokens",
    options: ["batch", "length", "prompt", "tokenizer"]
  ) { request, model throws(DebuggerError) in
    let (model, vocabulary, longest) = try DataKind.tokens(of: model, "text")
    let options = request.options
    let tokenizer = try tokenizer(options, model)
    guard tokenizer.vocabularySize <= vocabulary else {
      throw DebuggerError(
        "the tokenizer has \(tokenizer.vocabularySize) tokens, \(model.title) \(vocabulary): they do not belong together"
      )
    }
    let samples = try TextSample.read(request.words)
    let length = min(options.length ?? defaultLength, longest)
    var notes: [String] = []
    var rows = TokenRows([])
    for sample in samples { rows.rows.append(try row(sample, tokenizer, &notes)) }
    notes += rows.fit(into: length, isText: samples.count == 1 && samples[0].prompt.isEmpty)
    guard rows.rows.allSatisfy({ !$0.ids.isEmpty }) else { throw DebuggerError("there is no text in it", word: 0) }
    rows.mask(options.prompt)
    let made = try rows.dataset(options.given("text", request.words), batch: options.batch ?? 1) {
      tokenizer.decode($0)
    }
    return (made.0, notes + made.1)
  }

  private static let defaultLength = 512

  private static func tokenizer(
    _ options: DataOptions, _ model: any ModelDefinition
  ) throws(DebuggerError) -> Tokenizer {
    guard let place = options.tokenizer ?? (model as? HuggingFaceModel)?.directory else {
      throw DebuggerError("\(model.title) has no tokenizer; name one, as in: data text 'Hello' tokenizer=DIR")
    }
    let path = place.hasSuffix(".json") ? place : place + "/tokenizer.json"
    guard fileExists(path) else {
      throw DebuggerError(
        "there is no \(path); name another, as in: data text 'Hello' tokenizer=DIR, or write: data tokens")
    }
    return try DebuggerError.wrap { () throws(TokenizerError) in try Tokenizer(path: path) }
  }

  private static func encode(_ text: String, _ tokenizer: Tokenizer) throws(DebuggerError) -> [Int] {
    try DebuggerError.wrap { () throws(TokenizerError) in try tokenizer.encode(text, addSpecialTokens: true) }
  }

  /// Prompt and completion are encoded together, as they will be read; the prompt's own tokens are masked.
  private static func row(
    _ sample: TextSample, _ tokenizer: Tokenizer, _ notes: inout [String]
  ) throws(DebuggerError) -> TokenRows.Row {
    let ids = try encode(sample.prompt + sample.text, tokenizer)
    if sample.prompt.isEmpty { return TokenRows.Row(ids: ids) }
    let prompt = try encode(sample.prompt, tokenizer)
    let common = zip(ids, prompt).prefix { $0 == $1 }.count
    let warning = "warning: a token reaches over the end of a prompt, which should end where a token ends; it counts"
    if common < prompt.count, !notes.contains(warning) { notes.append(warning) }
    return TokenRows.Row(ids: ids, masked: common)
  }
}
