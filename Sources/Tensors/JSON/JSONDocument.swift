import FoundationEssentials

/// A file that holds one JSON value.
struct JSONDocument {
  let value: JSONValue
  let text: Data

  init(path: String) throws(JSONError) {
    do {
      text = try readFile(path, atMost: longestDocument)
    } catch {
      throw JSONError(message: "cannot read \(path): \(error.reason)")
    }
    value = try JSONValue(text, path)
  }
}

extension JSONValue {
  /// The decoder's work grows with the depth of each value.
  private static let deepest = 32

  /// A whole file.
  public init(path: String) throws(JSONError) {
    self = try JSONDocument(path: path).value
  }

  /// A text; `name` is the place it is from, for errors.
  public init(_ text: Data, _ name: String) throws(JSONError) {
    if text.isEmpty { throw JSONError(message: "\(name) is empty") }
    guard text.withUnsafeBytes(jsonDepth) <= JSONValue.deepest else {
      throw JSONError(message: "\(name) has lists or objects more than \(JSONValue.deepest) deep in each other")
    }
    do {
      self = try JSONDecoder().decode(JSONValue.self, from: text)
    } catch DecodingError.typeMismatch(_, let context) where !context.codingPath.isEmpty {
      // Everything that JSON has can be decoded but numbers that no Double can hold.
      let place = harmless(context.codingPath.map(\.stringValue).joined(separator: "."))
      throw JSONError(message: "\(name): '\(place)' holds a number that is too large")
    } catch {
      throw JSONError(message: "\(name) is not JSON: it is damaged or cut short, or has NaN or Infinity in it")
    }
  }
}
