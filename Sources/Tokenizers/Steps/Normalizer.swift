import Tensors

@_spi(_Unicode) import Swift

/// Brings a text into one of Unicode's normal forms: the `normalizer` of a tokenizer.json.
struct Normalizer: Sendable {
  private enum Form {
    case composed
    case decomposed
  }

  /// The tokenizers package composes by tables of Unicode 9: characters that are younger pass through,
  /// and what stands on their two sides stays apart.
  private static let version = 9

  /// Two marks in one, which the standard library takes apart without putting the halves in order.
  private static let misplaced: [Unicode.Scalar: [Unicode.Scalar]] = [
    "\u{F73}": ["\u{F71}", "\u{F72}"], "\u{F75}": ["\u{F71}", "\u{F74}"], "\u{F81}": ["\u{F71}", "\u{F80}"],
  ]

  private let forms: [Form]

  init(_ field: JSONField) throws(TokenizerError) {
    forms = try field.isNull ? [] : Normalizer.forms(field)
  }

  private static func forms(_ field: JSONField) throws(TokenizerError) -> [Form] {
    let type = try field["type"]
    switch try type.text() {
    case "NFC": return [.composed]
    case "NFD": return [.decomposed]
    case "Sequence":
      return try field["normalizers"].elements().map { form throws(TokenizerError) in try forms(form) }.flatMap(\.self)
    case let name: throw type.unsupported(quoted(name), supported: "null, NFC, NFD and Sequence of these")
    }
  }

  func callAsFunction(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    forms.reduce(text) { Normalizer.normalize($0, to: $1) }
  }

  private static func normalize(_ text: ArraySlice<UInt8>, to form: Form) -> ArraySlice<UInt8> {
    // Below U+0300 nothing composes, and ASCII does not decompose: most texts are what they should be.
    let first: UInt8 = form == .composed ? 0xCC : 0x80
    guard text.contains(where: { $0 >= first }) else { return text }
    var normal: [UInt8] = []
    normal.reserveCapacity(text.count)
    var run = String.UnicodeScalarView()
    let misplaced = misplaced
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      if let parts = misplaced[scalar] {
        run.append(contentsOf: parts)
      } else if scalar.value < 0x300 || scalar.properties.age.map({ $0.major <= version }) ?? false {
        run.append(scalar)
      } else {
        append(&run, in: form, to: &normal)
        normal.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
    append(&run, in: form, to: &normal)
    return normal[...]
  }

  private static func append(_ run: inout String.UnicodeScalarView, in form: Form, to normal: inout [UInt8]) {
    let text = String(run)
    switch form {
    case .composed: for scalar in text._nfc { normal.append(contentsOf: String(scalar).utf8) }
    case .decomposed: for scalar in text._nfd { normal.append(contentsOf: String(scalar).utf8) }
    }
    run.removeAll(keepingCapacity: true)
  }
}
