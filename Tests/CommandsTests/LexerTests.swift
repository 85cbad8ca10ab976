import Commands
import Testing

@Suite("Pasted lines")
struct JoinedLineTests {
  @Test(
    "several lines become one that does the same",
    arguments: [
      (["step", "set lr 1 # the rate", "# nothing", "say 'a # b'; back"], "step; set lr 1; say 'a # b'; back"),
      (["say don't", "say \"open"], "say don't; say \"open"), ([], ""), (["# only this"], ""),
    ] as [([String], String)])
  func joined(lines: [String], line: String) {
    #expect(joinedLines(lines) == line)
  }
}

@Suite("Lines become statements")
struct LexerTests {
  private func words(_ line: String) throws(CommandError) -> [[String]] {
    try Lexer.statements(in: line, lineNumber: 1).map { $0.words.map(\.text) }
  }

  @Test("; separates, # starts a comment, blanks do nothing")
  func separators() throws {
    #expect(
      try words("model linear 16 16; step 2 # twice; not this") == [["model", "linear", "16", "16"], ["step", "2"]])
    #expect(try words("  ; ;;  # nothing") == [])
    #expect(try words("set\tlr  0.1 ;step") == [["set", "lr", "0.1"], ["step"]])
  }

  @Test("quotes keep a word together, an apostrophe inside one is nothing special")
  func quotes() throws {
    #expect(try words("say \"a; b # c\"; say 'it is \"so\"'") == [["say", "a; b # c"], ["say", "it is \"so\""]])
    #expect(try words("say don't stop") == [["say", "don't", "stop"]])
    #expect(try words("say ''") == [["say", ""]])
    #expect(try words("say é 中 e\u{301}") == [["say", "é", "中", "é"]])
  }

  @Test("an open quote is an error at that quote")
  func openQuote() {
    do throws(CommandError) {
      _ = try words("say \"hello")
      Issue.record("no error")
    } catch {
      #expect(error.message == "the quote is not closed")
      #expect(error.range == 4..<10)
    }
  }

  @Test("a line of 10 MB is refused by its length")
  func endless() {
    do throws(CommandError) {
      _ = try words(String(repeating: "x", count: 10_000_000))
      Issue.record("no error")
    } catch {
      #expect(error.message.hasPrefix("the line is 10000000 bytes long; the limit is 65536."))
    }
  }
}
