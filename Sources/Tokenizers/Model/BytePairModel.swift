import Tensors

/// A vocabulary with the merges that build its tokens, as `model` in a tokenizer.json has them.
struct BytePairModel: Sendable {
  /// What a merge of two neighbours makes, and when: the lowest rank goes first.
  struct Merge {
    let rank: UInt32
    let id: UInt32
  }

  struct Unknown {
    let token: String
    /// Nil if the vocabulary lacks it: an error only once a text needs it, as in the tokenizers package.
    let id: UInt32?
    /// Whether neighbours that are unknown make one token.
    let isFused: Bool
  }

  private let ids: [[UInt8]: UInt32]
  let tokens: [UInt32: [UInt8]]
  /// By left id << 32 | right id.
  private let merges: [UInt64: Merge]
  /// The id of each byte as a token of its own.
  let byteIDs: [UInt32?]
  let unknown: Unknown?
  /// Whether a word that is a token is never taken apart.
  let ignoresMerges: Bool

  init(_ field: JSONField) throws(TokenizerError) {
    try BytePairModel.refuseUnsupported(field)
    ids = try BytePairModel.vocabulary(try field["vocab"])
    tokens = Dictionary(ids.map { ($1, $0) }) { $0.lexicographicallyPrecedes($1) ? $0 : $1 }
    merges = try BytePairModel.merges(try field["merges"], ids: ids)
    let ids = ids
    byteIDs = (0...UInt8.max).map { byte in
      var character: [UInt8] = []
      ByteAlphabet.append([byte], to: &character)
      return ids[character]
    }
    let unknownToken = try field["unk_token"]
    if unknownToken.isNull {
      unknown = nil
    } else {
      unknown = Unknown(
        token: try unknownToken.text(), id: ids[try unknownToken.bytes()],
        isFused: try field["fuse_unk"].flag(default: false))
    }
    ignoresMerges = try field["ignore_merges"].flag(default: false)
  }

  var count: Int { ids.count }

  func id(of token: [UInt8]) -> UInt32? { ids[token] }

  func merge(_ left: UInt32, _ right: UInt32) -> Merge? { merges[UInt64(left) << 32 | UInt64(right)] }

  // MARK: Reading

  private static let supported = "byte-level BPE, as in GPT-2, Llama 3, Qwen2 and SmolLM"

  private static func refuseUnsupported(_ field: JSONField) throws(TokenizerError) {
    let type = try field["type"]
    let name = type.isNull ? "BPE" : try type.text()
    guard name == "BPE" else {
      throw type.unsupported(quoted(name), supported: supported)
    }
    let fallback = try field["byte_fallback"]
    guard try !fallback.flag(default: false) else {
      throw fallback.unsupported(
        "true, as in Llama 2 and Mistral", supported: supported)
    }
    for name in ["continuing_subword_prefix", "end_of_word_suffix"] {
      let affix = try field[name]
      let text = try affix.isNull ? "" : affix.text()
      guard text.isEmpty else { throw affix.unsupported(quoted(text), supported: "null and ''") }
    }
    let dropout = try field["dropout"]
    switch dropout.value {
    case .null, .integer(0): break
    default: throw dropout.unsupported("set", supported: "null, since the same text must give the same tokens")
    }
  }

  private static func vocabulary(_ field: JSONField) throws(TokenizerError) -> [[UInt8]: UInt32] {
    let members = try field.members()
    var ids: [[UInt8]: UInt32] = [:]
    ids.reserveCapacity(members.count)
    for (token, value) in members {
      guard case .integer(let number) = value, let id = UInt32(exactly: number) else {
        throw field.invalid(
          "gives \(quoted(token)) no id: a whole number from 0 to \(UInt32.max) is needed")
      }
      ids[token] = id
    }
    guard !ids.isEmpty else { throw field.invalid("is empty") }
    return ids
  }

  /// Merges are written "a b" or ["a", "b"], the first merge first.
  private static func merges(
    _ field: JSONField, ids: [[UInt8]: UInt32]
  ) throws(TokenizerError) -> [UInt64: Merge] {
    let elements = try field.elements()
    var merges: [UInt64: Merge] = [:]
    merges.reserveCapacity(elements.count)
    var rank: UInt32 = 0
    for element in elements {
      guard let (left, right) = try pair(element) else { continue }
      guard let leftID = ids[left], let rightID = ids[right], let id = ids[left + right] else {
        let name = [left, right, left + right].first { ids[$0] == nil } ?? []
        throw element.invalid("needs the token \(quoted(name)), which vocab lacks")
      }
      merges[UInt64(leftID) << 32 | UInt64(rightID)] = Merge(rank: rank, id: id)
      rank += 1
    }
    return merges
  }

  private static func pair(_ field: JSONField) throws(TokenizerError) -> ([UInt8], [UInt8])? {
    let parts: [[UInt8]]
    if case .string(let line) = field.value {
      // The first line of merges.txt, which old converters copied along.
      if line.starts(with: "#version".utf8) { return nil }
      parts = line.split(separator: 0x20, omittingEmptySubsequences: false).map(Array.init)
    } else {
      parts = try field.elements().map { part throws(TokenizerError) in try part.bytes() }
    }
    guard parts.count == 2 else { throw field.invalid("must name two tokens, as \"a b\" or [\"a\", \"b\"]") }
    return (parts[0], parts[1])
  }
}
