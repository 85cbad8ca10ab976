import FoundationEssentials

/// What is wrong with a JSON file, or with a value in it.
public struct JSONError: DescribedError {
  public let message: String

  public init(message: String) {
    self.message = message
  }
}

/// A file with one JSON object in it, such as config.json, or an object inside of it. What is asked for and is not
/// there, or of the wrong kind, is an error that names file and key.
public struct JSONObject: Sendable {
  public let path: String
  public let values: [String: JSONValue]
  private let text: Data
  /// Where it stands in the file, such as `rope_parameters.`
  private let prefix: String

  public init(path: String) throws(JSONError) {
    let document = try JSONDocument(path: path)
    guard case .object(let values) = document.value else {
      throw JSONError(message: "\(path) holds \(document.value.shown); a JSON object is needed")
    }
    // Readers differ in which of the two they take.
    if let key = document.text.withUnsafeBytes(repeatedKey) {
      throw JSONError(message: "\(path) has \(quoted(key)) twice")
    }
    self.init(path: path, values: values, text: document.text, prefix: "")
  }

  private init(path: String, values: [String: JSONValue], text: Data, prefix: String) {
    (self.path, self.values, self.text, self.prefix) = (path, values, text, prefix)
  }

  /// Null counts as not there, as in Python's configs.
  public func value(_ key: String) -> JSONValue? {
    guard let value = values[key], value != .null else { return nil }
    return value
  }

  public func error(_ key: String, _ reason: String) -> JSONError {
    JSONError(message: "\(path): \(quoted(prefix + key)) \(reason)")
  }

  /// A whole number in a range.
  public func count(_ key: String, _ range: ClosedRange<Int>) throws(JSONError) -> Int? {
    guard let value = value(key) else { return nil }
    guard case .integer(let number) = value else { throw error(key, "is \(value.shown); a whole number is needed") }
    guard range.contains(number) else {
      throw error(key, "is \(number); it must be from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  public func number(_ key: String) throws(JSONError) -> Double? {
    switch value(key) {
    case nil: nil
    case .integer(let number): Double(number)
    case .number(let number) where number.isFinite: number
    case .some(let other): throw error(key, "is \(other.shown); a number is needed")
    }
  }

  public func flag(_ key: String) throws(JSONError) -> Bool? {
    guard let value = value(key) else { return nil }
    guard case .flag(let flag) = value else { throw error(key, "is \(value.shown); true or false is needed") }
    return flag
  }

  public func text(_ key: String) throws(JSONError) -> String? {
    guard let value = value(key) else { return nil }
    guard case .text(let text) = value else { throw error(key, "is \(value.shown); a text is needed") }
    return text
  }

  /// A list of texts; one text counts as a list of one.
  public func texts(_ key: String) throws(JSONError) -> [String]? {
    guard let value = value(key) else { return nil }
    if case .text(let text) = value { return [text] }
    guard case .array(let items) = value else { throw error(key, "is \(value.shown); a list of texts is needed") }
    var texts: [String] = []
    for item in items {
      guard case .text(let text) = item else { throw error(key, "has \(item.shown) in it; texts are needed") }
      texts.append(text)
    }
    return texts
  }

  public func object(_ key: String) throws(JSONError) -> JSONObject? {
    guard let value = value(key) else { return nil }
    guard case .object(let values) = value else { throw error(key, "is \(value.shown); an object is needed") }
    return JSONObject(path: path, values: values, text: text, prefix: prefix + key + ".")
  }

  /// The keys of the object under `key`, in the order in which they stand in the file.
  public func orderedKeys(_ key: String) -> [String] {
    guard prefix.isEmpty, case .object(let values) = value(key) else { return [] }
    let written = text.withUnsafeBytes { bytes in
      startOfValue(bytes, key: key).map { jsonKeys(bytes, from: $0) } ?? []
    }
    let order = Dictionary(written.enumerated().map { (String(decoding: $1.key, as: UTF8.self), $0) }) { first, _ in
      first
    }
    return values.keys.sorted { (order[$0] ?? Int.max, $0) < (order[$1] ?? Int.max, $1) }
  }
}
