import Debugger
import Testing

@testable import Terminal

@Suite("Completion of words that readline splits otherwise")
struct CompletionTests {
  private func replacements(
    _ line: String, start: Int, wordStart: Int, _ candidates: Candidate...
  ) -> [String] {
    Completion(start: start, candidates: candidates)
      .replacements(in: Array(line.utf8), wordStart: wordStart)
  }

  @Test("a word inside readline's word keeps what stands before it")
  func inside() {
    #expect(replacements("x --at=gr", start: 7, wordStart: 2, "grad") == ["--at=grad"])
  }

  @Test("a word around readline's word leaves out what stands before that")
  func around() {
    #expect(replacements("open my fi", start: 5, wordStart: 8, "my file", "other") == ["file"])
  }

  @Test("several candidates share whole characters")
  func shared() {
    #expect(replacements("a", start: 0, wordStart: 0, "aé", "aè") == ["a", "aé", "aè"])
    #expect(replacements("a", start: 0, wordStart: 0, "abc", "abd") == ["ab", "abc", "abd"])
  }

  @Test("candidates that only resemble the word leave it alone")
  func resembling() {
    #expect(replacements("setp", start: 0, wordStart: 0, "step", "stop") == ["setp", "step", "stop"])
  }

  @Test("an offset outside the line completes nothing", arguments: [-1, 5])
  func outside(start: Int) {
    #expect(replacements("abc", start: start, wordStart: 0, "abcd") == [])
  }
}
