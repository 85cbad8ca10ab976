import FoundationEssentials

/// A file that holds one JSON value.
struct JSONDocument {
  let value: JSONValue
  let text: Data

  /// The decoder's work grows with the depth of each value.
  private static let deepest = 32

  init(path: String) throws(JSONError) {
    do {
      text = try readFile(path, atMost: longestDocument)
    } catch {
      throw JSONError(message: "cannot read \(path): \(error.reason)")
    }
    if text.isEmpty { throw JSONError(message: "\(path) is empty") }
    guard text.withUnsafeBytes(jsonDepth) <= JSONDocument.deepest else {
      throw JSONError(message: "\(path) has lists or objects more than \(JSONDocument.deepest) deep in each other")
    }
    do {
      value = try JSONDecoder().decode(JSONValue.self, from: text)
    } catch DecodingError.typeMismatch(_, let context) where !context.codingPath.isEmpty {
      // Everything that JSON has can be decoded but numbers that no Double can hold.
      let place = harmless(context.codingPath.map(\.stringValue).joined(separator: "."))
      throw JSONError(message: "\(path): '\(place)' holds a number that is too large")
    } catch {
      throw JSONError(message: "\(path) is not JSON: it is damaged or cut short, or has NaN or Infinity in it")
    }
  }
}

extension JSONValue {
  /// A whole file.
  public init(path: String) throws(JSONError) {
    self = try JSONDocument(path: path).value
  }
}
