import Foundation
import TestSupport
import Testing

@testable import Tokenizers

/// Damages a tokenizer.json, its bytes or its structure.
private struct Damage {
  private static let values: [JSONValue] = [
    .null, .bool(true), .integer(-1), .integer(0), .integer(257), .integer(1 << 32), .integer(1 << 62), .otherNumber,
    .string([]), .string(Array("\u{7F}\u{1B}[31m".utf8)), .string(Array("he".utf8)), .string(Array("ByteLevel".utf8)),
    .string(Array("Sequence".utf8)),
    .string(Array("Split".utf8)), .string(Array("NFD".utf8)), .string(Array("e\u{301}".utf8)), .array([]), .object([]),
    .string(Array("(a|a)*$".utf8)), .string(Array("(?:(?:a{1000}){1000}){1000}".utf8)), .string(Array(#"\g<0>"#.utf8)),
    .string(Array(#"(?=l+\K)|(*ERROR{-2})"#.utf8)),
    .string(Array(#"(?<n>a\g<n>?b?)*c|(?<=a|bc)\b*"#.utf8)), .string(Array("[[:alpha:]&&[^".utf8)),
    .string(Array("\\p{\u{7F}}".utf8)),
    .object([(Array("Regex".utf8), .string(Array("(a|aa)+$|b".utf8)))]),
    .object([(Array("String".utf8), .string([]))]), .array([.string(Array("l".utf8)), .string(Array("l".utf8))]),
  ]

  var random: SplitMix64

  mutating func structure(_ value: JSONValue) -> JSONValue {
    // Most damage is somewhere deep: the parts are taken as often as they are long.
    switch value {
    case .object(var members) where !members.isEmpty && !random.oneIn(8):
      let index = random.below(members.count)
      switch random.below(12) {
      case 0: members.remove(at: index)
      case 1: members.append(random.pick(members))
      case 2: members[index].key = random.pick(members).key
      case 3: members[index].value = random.pick(members).value
      default: members[index].value = structure(members[index].value)
      }
      return .object(members)
    case .array(var elements) where !elements.isEmpty && !random.oneIn(8):
      let index = random.below(elements.count)
      switch random.below(8) {
      case 0: elements.remove(at: index)
      case 1: elements.append(random.pick(elements))
      default: elements[index] = structure(elements[index])
      }
      return .array(elements)
    case _ where random.oneIn(20):
      return (0..<random.below(300)).reduce(value) { inner, _ in .array([inner]) }
    default: return random.pick(Damage.values)
    }
  }
}

/// The text of a document, for a reader that must take what this one wrote.
private func write(_ value: JSONValue, to text: inout [UInt8]) {
  switch value {
  case .null: text += "null".utf8
  case .bool(let flag): text += "\(flag)".utf8
  case .integer(let number): text += "\(number)".utf8
  case .otherNumber: text += "1e400".utf8
  case .string(let bytes): write(bytes, to: &text)
  case .array(let elements):
    text.append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      write(element, to: &text)
    }
    text.append(UInt8(ascii: "]"))
  case .object(let members):
    text.append(UInt8(ascii: "{"))
    for (index, member) in members.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      write(member.key, to: &text)
      text.append(UInt8(ascii: ":"))
      write(member.value, to: &text)
    }
    text.append(UInt8(ascii: "}"))
  }
}

private func write(_ string: [UInt8], to text: inout [UInt8]) {
  text.append(UInt8(ascii: "\""))
  for byte in string {
    if byte < 0x20 {
      text += "\\u00\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16))".utf8
      continue
    }
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { text.append(UInt8(ascii: "\\")) }
    text.append(byte)
  }
  text.append(UInt8(ascii: "\""))
}

@Suite("damaged tokenizer files")
struct TokenizerFuzzTests {
  private static let texts = [
    "", "hello <s> he's 123 e\u{301}\u{E9}\u{1F600}  \n\n", String(repeating: "a", count: 40) + "!",
    "\u{0}\u{7F}\u{FFFE}",
  ]

  /// Small, and with every kind of part.
  private static func whole() throws -> [UInt8] {
    let text: [String: Any] = ["Sequence": ["id": "A", "type_id": 0]]
    let begin: [String: Any] = ["SpecialToken": ["id": "<s>", "type_id": 0]]
    let words = ["h": 0, "e": 1, "l": 2, "o": 3, "he": 4, "ll": 5, "hell": 6, "Ġ": 7, "a": 8, "<unk>": 9]
    return try SmallTokenizer.bytes([
      "model.vocab": words, "model.unk_token": "<unk>",
      "normalizer": ["type": "Sequence", "normalizers": [["type": "NFC"]]],
      "pre_tokenizer": SmallTokenizer.sequence(
        SmallTokenizer.split(#"\p{L}+|\s+"#, "MergedWithNext"), ["type": "Digits", "individual_digits": true],
        SmallTokenizer.byteLevel),
      "added_tokens": [
        SmallTokenizer.added("<s>", "special", "rstrip"), SmallTokenizer.added("é", "normalized", "lstrip"),
      ],
      "post_processor": [
        "type": "Sequence",
        "processors": [
          [
            "type": "TemplateProcessing", "single": [begin, text], "pair": [Any](),
            "special_tokens": ["<s>": ["id": "<s>", "ids": [10], "tokens": ["<s>"]]],
          ] as [String: Any]
        ],
      ] as [String: Any],
    ])
  }

  /// `LORASCOPE_FUZZ=COUNT[:SEED]`, as elsewhere, asks for more of them.
  private static let plan: (count: Int, seed: UInt64) = {
    let words = ProcessInfo.processInfo.environment["LORASCOPE_FUZZ"].map { $0.split(separator: ":") } ?? []
    return (words.first.flatMap { Int($0) } ?? 4000, words.dropFirst().first.flatMap { UInt64($0) } ?? 1893)
  }()

  @Test("a damaged file is read or refused with one line, and what is read encodes or refuses")
  func damage() throws {
    let whole = try Self.whole()
    let document = try JSONReader.read(whole)
    var (read, refused) = (0, 0)
    for number in 0..<Self.plan.count {
      var damage = Damage(random: SplitMix64(seed: Self.plan.seed, stream: number))
      var bytes: [UInt8] = []
      if damage.random.oneIn(3) {
        bytes = damage.random.damaged(whole)
      } else {
        write((0...damage.random.below(3)).reduce(document) { value, _ in damage.structure(value) }, to: &bytes)
      }
      do {
        let tokenizer = try Tokenizer(bytes, path: "damaged.json")
        for text in Self.texts {
          let ids = try tokenizer.encode(text, addSpecialTokens: true)
          #expect(ids.allSatisfy { $0 >= 0 && $0 <= UInt32.max }, "\(number)")
          _ = tokenizer.decode(ids)
        }
        read += 1
      } catch {
        #expect(error.message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }, "\(number)")
        #expect(error.message.count < 1000, "\(number): \(error.message.prefix(200))")
        refused += 1
      }
    }
    // Neither may be all: the damage must reach what lies behind the first checks.
    #expect(read > Self.plan.count / 20)
    #expect(refused > Self.plan.count / 20)
  }
}
