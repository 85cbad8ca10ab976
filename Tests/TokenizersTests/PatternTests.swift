import Testing

@testable import Tokenizers

@Suite("patterns")
struct PatternTests {
  private func matches(_ source: String, _ text: String) throws -> [String] {
    let bytes = Array(text.utf8)
    var effort = Pattern.Effort(bytes: bytes.count)
    return try Pattern(source).matches(in: bytes[...], &effort).map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  @Test("letters and numbers are Unicode 16's, whatever the system's Oniguruma knows")
  func classes() throws {
    // U+1C8A and U+10D41 came with Unicode 16, U+31350 with 15, U+1E6D0 and U+11DE0 with 17.
    #expect(try matches(#"\p{L}+"#, "a\u{1C8A}\u{31350}\u{1E6D0}b") == ["a\u{1C8A}\u{31350}", "b"])
    #expect(try matches(#"\p{N}+"#, "1\u{10D41}\u{11DE0}2") == ["1\u{10D41}", "2"])
    #expect(try matches(#"[^\p{L}]"#, "a\u{31350}!") == ["!"])
    #expect(try matches(#"\P{N}"#, "1\u{10D41}\u{11DE0}") == ["\u{11DE0}"])
  }

  @Test("a match inside a text sees neither what is before its piece nor behind it")
  func pieces() throws {
    let bytes = Array("a b".utf8)
    var effort = Pattern.Effort(bytes: bytes.count)
    #expect(try Pattern(#"\s+(?!\S)"#).matches(in: bytes[1..<2], &effort) == [1..<2])
    #expect(try Pattern("^b").matches(in: bytes[2...], &effort) == [2..<3])
  }

  @Test("empty matches move on by a character, and none follows another match")
  func emptyMatches() throws {
    let bytes = Array("é=x".utf8)
    var effort = Pattern.Effort(bytes: bytes.count)
    #expect(try Pattern("x*").matches(in: bytes[...], &effort) == [0..<0, 2..<2, 3..<4])
    #expect(try Pattern("").matches(in: bytes[...], &effort) == [0..<0, 2..<2, 3..<3, 4..<4])
  }

  @Test("a match cannot begin behind its end, even where its start is moved there")
  func movedStart() throws {
    #expect(try matches(#"(?:(?=ab\K))a"#, "abab") == ["", ""])
    #expect(try matches(#"a\Kb"#, "abab") == ["b", "b"])
  }

  @Test(
    "a pattern that does not compile is refused in Oniguruma's words",
    arguments: [
      ("(", "end pattern with unmatched parenthesis"), ("[a", "premature end of char-class"),
      (#"\p{Nonsense}"#, "invalid character property name {Nonsense}"), ("a{2}{", "" /* a literal brace */),
      (String(repeating: "(", count: 300) + String(repeating: ")", count: 300), "parse depth limit over"),
      (String(repeating: "a", count: 100_001), "is longer than 100000 bytes"),
    ])
  func faults(source: String, reason: String) throws {
    if reason.isEmpty {
      _ = try Pattern(source)
    } else {
      let fault = try #require(throws: Pattern.Fault.self) { try Pattern(source) }
      #expect(fault.reason == reason)
    }
  }

  @Test(
    "a pattern that backtracks for ever gives up with an error",
    arguments: ["(a|a)*$", "(?:a|aa)+$", "(a+)+$", #"(?:(?=(a+))a|aa)*$"#])
  func endless(source: String) throws {
    let text = String(repeating: "a", count: 60) + "!"
    #expect(throws: TokenizerError.endlessPattern(source)) { try matches(source, text) }
  }

  @Test("a long text may cost what it needs: no usual pattern gives up")
  func effort() throws {
    let spaces = String(repeating: " ", count: 200_000)
    #expect(try matches(#"\s*[\r\n]+|\s+(?!\S)|\s+"#, spaces) == [spaces])
    #expect(try matches(#"\p{N}+"#, spaces) == [])
  }
}
