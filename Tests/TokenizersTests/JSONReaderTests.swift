import Foundation
import Testing

@testable import Tokenizers

@Suite("reading JSON")
struct JSONReaderTests {
  @Test(
    "what is no JSON is refused, with the reason and the place",
    arguments: [
      ("", "it ends too early", 0), ("  ", "it ends too early", 2), ("{\"a\":1", "',' or '}' is missing", 6),
      ("[1,]", "a value is missing", 3), ("[1 2]", "',' or ']' is missing", 3), ("{\"a\" 1}", "':' is missing", 5),
      ("{1:2}", "a name in quotes is missing", 1), ("01", "a number starts with 0", 2),
      ("1.", "a number lacks digits", 2),
      ("tru", "it is neither a value nor 'true'", 3), ("\"a", "a string does not end", 2),
      ("\"\\", "a string does not end", 2),
      ("\"\\q\"", "a string holds an escape that JSON does not have", 3),
      ("\"\n\"", "a string holds a control character", 1),
      ("\"\\ud800\"", "a string holds half of a surrogate pair", 7),
      ("\"\\udc00\"", "a string holds half of a surrogate pair", 7),
      ("\"\\u12g4\"", "\\u is not followed by four hexadecimal digits", 5), ("1 2", "something follows the end", 2),
      (String(repeating: "[", count: 200), "it is nested deeper than 128", 128),
    ])
  func faults(text: String, reason: String, offset: Int) throws {
    let fault = try #require(throws: JSONFault.self) { try JSONReader.read(Array(text.utf8)) }
    #expect(fault.reason == reason)
    #expect(fault.offset == offset)
  }

  @Test("integers keep all their digits, and what does not fit is a number of another kind")
  func numbers() throws {
    guard
      case .array(let values) = try JSONReader.read(
        Array("[9223372036854775807, -5, 9223372036854775808, 1.5, 1e3, -0]".utf8))
    else {
      Issue.record("not a list")
      return
    }
    let integers = values.map { if case .integer(let number) = $0 { number } else { nil as Int? } }
    #expect(integers == [.max, -5, nil, nil, nil, 0])
  }

  @Test("strings are the bytes that they stand for")
  func strings() throws {
    let text = #""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é""#
    guard case .string(let bytes) = try JSONReader.read(Array(text.utf8)) else {
      Issue.record("not a string")
      return
    }
    #expect(bytes == Array("\"\\/\u{8}\u{C}\n\r\t\u{E9}\u{1F600}\u{E9}".utf8))
  }
}
