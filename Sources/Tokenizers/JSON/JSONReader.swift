/// Where and why a text is not JSON.
struct JSONFault: Error {
  let reason: String
  /// In bytes from the start.
  let offset: Int
}

/// Reads one JSON document (RFC 8259) out of bytes that are known to be UTF-8.
struct JSONReader {
  /// Deeper nesting is refused, so that reading cannot exhaust the stack.
  private static let deepest = 128

  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  static func read(_ bytes: [UInt8]) throws(JSONFault) -> JSONValue {
    var reader = JSONReader(bytes)
    let value = try reader.value()
    reader.skipSpaces()
    guard reader.peek == nil else { throw reader.fault("something follows the end") }
    return value
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func fault(_ reason: String) -> JSONFault { JSONFault(reason: reason, offset: position) }

  private mutating func skipSpaces() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    position += 1
    return true
  }

  private mutating func value() throws(JSONFault) -> JSONValue {
    skipSpaces()
    switch peek {
    case UInt8(ascii: "{"): return try nested { reader throws(JSONFault) in .object(try reader.members()) }
    case UInt8(ascii: "["): return try nested { reader throws(JSONFault) in .array(try reader.elements()) }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case .some: return try number()
    case nil: throw fault("it ends too early")
    }
  }

  private mutating func nested(
    _ body: (inout JSONReader) throws(JSONFault) -> JSONValue
  ) throws(JSONFault) -> JSONValue {
    guard depth < JSONReader.deepest else { throw fault("it is nested deeper than \(JSONReader.deepest)") }
    depth += 1
    defer { depth -= 1 }
    position += 1
    return try body(&self)
  }

  private mutating func members() throws(JSONFault) -> [(key: [UInt8], value: JSONValue)] {
    var members: [(key: [UInt8], value: JSONValue)] = []
    skipSpaces()
    if take(UInt8(ascii: "}")) { return members }
    while true {
      skipSpaces()
      guard peek == UInt8(ascii: "\"") else { throw fault("a name in quotes is missing") }
      let key = try string()
      skipSpaces()
      guard take(UInt8(ascii: ":")) else { throw fault("':' is missing") }
      members.append((key, try value()))
      skipSpaces()
      if take(UInt8(ascii: "}")) { return members }
      guard take(UInt8(ascii: ",")) else { throw fault("',' or '}' is missing") }
    }
  }

  private mutating func elements() throws(JSONFault) -> [JSONValue] {
    var elements: [JSONValue] = []
    skipSpaces()
    if take(UInt8(ascii: "]")) { return elements }
    while true {
      elements.append(try value())
      skipSpaces()
      if take(UInt8(ascii: "]")) { return elements }
      guard take(UInt8(ascii: ",")) else { throw fault("',' or ']' is missing") }
    }
  }

  private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONFault) -> JSONValue {
    for byte in text.description.utf8 {
      guard take(byte) else { throw fault("it is neither a value nor '\(text)'") }
    }
    return value
  }

  private mutating func number() throws(JSONFault) -> JSONValue {
    let isNegative = take(UInt8(ascii: "-"))
    var whole: Int? = 0
    let start = position
    while let digit = peek, digit >= 0x30, digit <= 0x39 {
      whole = whole.flatMap { whole in
        let (tens, overflowed) = whole.multipliedReportingOverflow(by: 10)
        let (sum, overflowedToo) = tens.addingReportingOverflow(Int(digit - 0x30))
        return overflowed || overflowedToo ? nil : sum
      }
      position += 1
    }
    guard position > start else { throw fault("a value is missing") }
    guard bytes[start] != UInt8(ascii: "0") || position == start + 1 else { throw fault("a number starts with 0") }
    if try fractionOrExponent() { return .otherNumber }
    return whole.map { .integer(isNegative ? -$0 : $0) } ?? .otherNumber
  }

  private mutating func fractionOrExponent() throws(JSONFault) -> Bool {
    let hasFraction = take(UInt8(ascii: "."))
    if hasFraction { try digits() }
    let hasExponent = take(UInt8(ascii: "e")) || take(UInt8(ascii: "E"))
    if hasExponent {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
    return hasFraction || hasExponent
  }

  private mutating func digits() throws(JSONFault) {
    let start = position
    while let digit = peek, digit >= 0x30, digit <= 0x39 { position += 1 }
    guard position > start else { throw fault("a number lacks digits") }
  }

  private mutating func string() throws(JSONFault) -> [UInt8] {
    position += 1
    var text: [UInt8] = []
    var start = position
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        text.append(contentsOf: bytes[start..<position])
        position += 1
        return text
      case UInt8(ascii: "\\"):
        text.append(contentsOf: bytes[start..<position])
        position += 1
        text.append(contentsOf: UTF8.encode(try escaped()) ?? UTF8.encodedReplacementCharacter)
        start = position
      case ..<0x20: throw fault("a string holds a control character")
      default: position += 1
      }
    }
    throw fault("a string does not end")
  }

  private mutating func escaped() throws(JSONFault) -> Unicode.Scalar {
    guard let letter = peek else { throw fault("a string does not end") }
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw fault("a string holds an escape that JSON does not have")
    }
  }

  private mutating func unicodeEscape() throws(JSONFault) -> Unicode.Scalar {
    let first = try fourDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
      throw fault("a string holds half of a surrogate pair")
    }
    let second = try fourDigits()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw fault("a string holds half of a surrogate pair") }
    return scalar
  }

  private mutating func fourDigits() throws(JSONFault) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw fault("\\u is not followed by four hexadecimal digits")
      }
      code = code << 4 + UInt32(digit)
      position += 1
    }
    return code
  }
}
