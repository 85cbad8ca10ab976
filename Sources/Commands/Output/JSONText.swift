/// A JSON value with its keys in the order they were given.
indirect enum JSONText {
  case null
  case bool(Bool)
  case int(Int)
  /// Null if it is not finite: JSON has no such numbers.
  case number(Double?)
  case string(String)
  case array([JSONText])
  case object([(String, JSONText)])

  var text: String {
    switch self {
    case .null: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .int(let value): return String(value)
    case .number(let value):
      guard let value, value.isFinite else { return "null" }
      return "\(value)"
    case .string(let value): return JSONText.quoted(value)
    case .array(let values): return "[" + values.map(\.text).joined(separator: ",") + "]"
    case .object(let pairs):
      return "{" + pairs.map { JSONText.quoted($0.0) + ":" + $0.1.text }.joined(separator: ",") + "}"
    }
  }

  /// The outermost levels on lines of their own: readable, and a step is a line that tools can compare.
  var pretty: String { pretty(depth: 0) + "\n" }

  private func pretty(depth: Int) -> String {
    let (outer, inner) = (String(repeating: " ", count: depth), String(repeating: " ", count: depth + 1))
    guard depth < 4 else { return text }
    switch self {
    case .array(let values) where !values.isEmpty:
      return "[\n" + values.map { inner + $0.pretty(depth: depth + 1) }.joined(separator: ",\n") + "\n\(outer)]"
    case .object(let pairs) where !pairs.isEmpty:
      let lines = pairs.map { inner + JSONText.quoted($0.0) + ": " + $0.1.pretty(depth: depth + 1) }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
    default: return text
    }
  }

  private static func quoted(_ string: String) -> String {
    var out = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "\r": out += "\\r"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
