import Tensors

/// A value of a tokenizer.json together with the way to it, so that an error can name the place.
struct JSONField {
  let value: JSONValue
  let place: String
  let path: String

  /// A member of an object; what is absent reads as null.
  subscript(_ name: String) -> JSONField {
    get throws(TokenizerError) {
      let key = Array(name.utf8)
      let member = try members().last { $0.key == key }
      let step = key.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? name : quoted(name)
      return JSONField(value: member?.value ?? .null, place: place.isEmpty ? step : "\(place).\(step)", path: path)
    }
  }

  var isNull: Bool {
    if case .null = value { true } else { false }
  }

  func invalid(_ reason: String) -> TokenizerError { .invalid(path: path, place: named, reason: reason) }

  /// Refuses what would change the ids and is not done here.
  func unsupported(_ found: String, supported: String) -> TokenizerError {
    .unsupported(path: path, place: named, found: found, supported: supported)
  }

  func members() throws(TokenizerError) -> [(key: [UInt8], value: JSONValue)] {
    guard case .object(let members) = value else { throw wrongKind("an object") }
    return members
  }

  func elements() throws(TokenizerError) -> [JSONField] {
    guard case .array(let elements) = value else { throw wrongKind("a list") }
    return elements.enumerated().map { JSONField(value: $1, place: "\(place)[\($0)]", path: path) }
  }

  func bytes() throws(TokenizerError) -> [UInt8] {
    guard case .string(let bytes) = value else { throw wrongKind("a string") }
    return bytes
  }

  func text() throws(TokenizerError) -> String { String(decoding: try bytes(), as: UTF8.self) }

  /// A missing flag is what the tokenizers package takes for it.
  func flag(default standard: Bool) throws(TokenizerError) -> Bool {
    switch value {
    case .bool(let flag): return flag
    case .null: return standard
    default: throw wrongKind("true or false")
    }
  }

  /// Ids are 32 bits wide in the tokenizers package.
  func id() throws(TokenizerError) -> UInt32 {
    guard case .integer(let number) = value, let id = UInt32(exactly: number) else {
      throw invalid("must be an id: a whole number from 0 to \(UInt32.max)")
    }
    return id
  }

  private var named: String { place.isEmpty ? "the whole" : place }

  private func wrongKind(_ expected: String) -> TokenizerError {
    invalid(isNull ? "is missing; \(expected) is needed" : "must be \(expected), not \(value.kind)")
  }
}
