import Tensors

/// Puts special tokens around a text's ids: the `post_processor` of a tokenizer.json.
struct PostProcessor: Sendable {
  /// What a template has around the text.
  private struct Surroundings {
    var before: [Int] = []
    var after: [Int] = []
  }

  /// More than any template needs; each text would carry them all.
  private static let mostTokens = 1000

  private let surroundings: Surroundings

  init(_ field: JSONField) throws(TokenizerError) {
    let templates = try field.isNull ? [] : PostProcessor.templates(field)
    guard templates.count <= 1 else {
      throw field.unsupported("a Sequence of \(templates.count) templates", supported: "one TemplateProcessing")
    }
    surroundings = templates.first ?? Surroundings()
  }

  func callAsFunction(_ ids: [Int], addSpecialTokens: Bool) -> [Int] {
    addSpecialTokens ? surroundings.before + ids + surroundings.after : ids
  }

  private static func templates(_ field: JSONField) throws(TokenizerError) -> [Surroundings] {
    let type = try field["type"]
    switch try type.text() {
    // It only moves the offsets of tokens, which nobody asks for here.
    case "ByteLevel": return []
    case "TemplateProcessing": return [try template(field["single"], special: field["special_tokens"])]
    case "Sequence":
      return try field["processors"].elements().map { step throws(TokenizerError) in try templates(step) }
        .flatMap(\.self)
    case let name:
      throw type.unsupported(quoted(name), supported: "null, ByteLevel, TemplateProcessing and Sequence of these")
    }
  }

  /// A list of {"Sequence": {"id": "A", ...}} for the text and {"SpecialToken": {"id": "<s>", ...}}.
  private static func template(_ items: JSONField, special: JSONField) throws(TokenizerError) -> Surroundings {
    var surroundings = Surroundings()
    var hasText = false
    for item in try items.elements() {
      let token = try item["SpecialToken"]
      if token.isNull {
        let sequence = try item["Sequence"]["id"]
        guard try sequence.text() == "A", !hasText else {
          throw sequence.invalid("must be 'A', and only once: the text")
        }
        hasText = true
        continue
      }
      for id in try special[token["id"].text()]["ids"].elements() {
        if hasText {
          surroundings.after.append(Int(try id.id()))
        } else {
          surroundings.before.append(Int(try id.id()))
        }
        guard surroundings.before.count + surroundings.after.count <= mostTokens else {
          throw items.invalid("puts more than \(mostTokens) tokens around each text")
        }
      }
    }
    guard hasText else { throw items.invalid("leaves out the text: {\"Sequence\": {\"id\": \"A\"}}") }
    return surroundings
  }
}
