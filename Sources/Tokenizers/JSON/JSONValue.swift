/// A JSON document. Strings are bytes of UTF-8 and objects are lists, because a vocabulary may hold
/// 'é' both as one scalar and as two: Swift's String and Dictionary take these for the same key.
enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  /// Anything with a fraction, an exponent, or too many digits: nothing in a tokenizer.json needs its value.
  case otherNumber
  case string([UInt8])
  case array([JSONValue])
  case object([(key: [UInt8], value: JSONValue)])

  /// As an error says it.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .integer, .otherNumber: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }
}
