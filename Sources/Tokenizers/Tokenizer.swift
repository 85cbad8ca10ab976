import FoundationEssentials
import Tensors

/// A byte-level BPE tokenizer, as GPT-2, Llama 3, Qwen2 and SmolLM have, out of a tokenizer.json: the
/// ids are those of the tokenizers package.
///
/// `truncation` and `padding` of the file are not applied: a text keeps all its ids.
public struct Tokenizer: Sendable {
  private let normalizer: Normalizer
  private let preTokenizer: PreTokenizer
  private let model: BytePairModel
  private let addedTokens: AddedTokens
  private let postProcessor: PostProcessor
  private let addedTexts: [UInt32: [UInt8]]

  /// How many rows an embedding must have for every id: the largest id + 1.
  public let vocabularySize: Int

  public init(path: String) throws(TokenizerError) {
    let data: Data
    do {
      data = try readFile(path, atMost: longestDocument)
    } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
    try self.init(Array(data), path: path)
  }

  /// `path` is only named in errors.
  init(_ bytes: [UInt8], path: String) throws(TokenizerError) {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw .notJSON(path: path, reason: "it is not UTF-8")
    }
    let whole: JSONField
    do {
      whole = JSONField(value: try JSONReader.read(bytes), place: "", path: path)
    } catch {
      let line = 1 + bytes.prefix(error.offset).count { $0 == 0x0A }
      throw .notJSON(path: path, reason: "\(error.reason) (line \(line), byte \(error.offset))")
    }
    try Tokenizer.checkVersion(whole["version"])
    model = try BytePairModel(whole["model"])
    normalizer = try Normalizer(whole["normalizer"])
    preTokenizer = try PreTokenizer(whole["pre_tokenizer"])
    addedTokens = try AddedTokens(whole["added_tokens"], model: model, normalizer: normalizer)
    postProcessor = try PostProcessor(whole["post_processor"])
    try Tokenizer.checkDecoder(whole["decoder"])
    addedTexts = addedTokens.texts(normalizer)
    vocabularySize = Int(max(model.tokens.keys.max() ?? 0, addedTexts.keys.max() ?? 0)) + 1
  }

  private static func checkVersion(_ field: JSONField) throws(TokenizerError) {
    if field.isNull { return }
    let version = try field.text()
    guard version == "1.0" else { throw field.unsupported(quoted(version), supported: "'1.0'") }
  }

  private static func checkDecoder(_ field: JSONField) throws(TokenizerError) {
    if field.isNull { return }
    let type = try field["type"]
    let name = try type.text()
    guard name == "ByteLevel" else { throw type.unsupported(quoted(name), supported: "null and ByteLevel") }
  }

  /// The ids of a text; with the special tokens that the file puts around each text, if asked for.
  public func encode(_ text: String, addSpecialTokens: Bool) throws(TokenizerError) -> [Int] {
    let bytes = Array(text.utf8)
    var effort = Pattern.Effort(bytes: bytes.count)
    var encoder = BytePairEncoder(model)
    var ids: [Int] = []
    for segment in addedTokens.segmentsBeforeNormalizing(bytes[...]) {
      switch segment {
      case .token(let id): ids.append(Int(id))
      case .text(let range):
        let text = normalizer(bytes[range])
        for segment in addedTokens.segmentsAfterNormalizing(text) {
          switch segment {
          case .token(let id): ids.append(Int(id))
          case .text(let range):
            let pieces = try preTokenizer.pieces(of: text[range], &effort)
            for word in pieces.ranges { try encoder.append(pieces.text[word], to: &ids) }
          }
        }
      }
    }
    return postProcessor(ids, addSpecialTokens: addSpecialTokens)
  }

  /// The text of ids, for showing: special tokens too, and U+FFFD for bytes that are no character, as
  /// where a character is cut. Ids that the tokenizer lacks are left out.
  public func decode(_ ids: [Int]) -> String {
    let bytes = ids.flatMap { id -> [UInt8] in
      guard let id = UInt32(exactly: id), let text = addedTexts[id] ?? model.tokens[id] else { return [] }
      return ByteAlphabet.decode(text)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
