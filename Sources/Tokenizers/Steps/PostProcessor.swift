/// Puts special tokens around a text's ids: the `post_processor` of a tokenizer.json.
struct PostProcessor: Sendable {
  private enum Piece {
    case text
    case special([Int])
  }

  /// Nil where the ids stay as they are.
  private let template: [Piece]?

  init(_ field: JSONField) throws(TokenizerError) {
    let templates = try field.isNull ? [] : PostProcessor.templates(field)
    guard templates.count <= 1 else {
      throw field.unsupported("a Sequence of \(templates.count) templates", supported: "one TemplateProcessing")
    }
    template = templates.first
  }

  func callAsFunction(_ ids: [Int], addSpecialTokens: Bool) -> [Int] {
    guard let template else { return ids }
    return template.flatMap { piece in
      switch piece {
      case .text: ids
      case .special(let special): addSpecialTokens ? special : []
      }
    }
  }

  private static func templates(_ field: JSONField) throws(TokenizerError) -> [[Piece]] {
    let type = try field["type"]
    switch try type.text() {
    // It only moves the offsets of tokens, which nobody asks for here.
    case "ByteLevel": return []
    case "TemplateProcessing":
      let special = try field["special_tokens"]
      return [try field["single"].elements().map { item throws(TokenizerError) in try piece(item, special) }]
    case "Sequence":
      return try field["processors"].elements().map { step throws(TokenizerError) in try templates(step) }.flatMap(
        \.self)
    case let name:
      throw type.unsupported(quoted(name), supported: "null, ByteLevel, TemplateProcessing and Sequence of these")
    }
  }

  /// One item of a template: {"Sequence": {"id": "A", ...}} or {"SpecialToken": {"id": "<s>", ...}}.
  private static func piece(_ item: JSONField, _ special: JSONField) throws(TokenizerError) -> Piece {
    let token = try item["SpecialToken"]
    if token.isNull {
      let sequence = try item["Sequence"]["id"]
      guard try sequence.text() == "A" else { throw sequence.invalid("must be 'A': one text has no other part") }
      return .text
    }
    let definition = try special[token["id"].text()]
    return .special(try definition["ids"].elements().map { id throws(TokenizerError) in Int(try id.id()) })
  }
}
