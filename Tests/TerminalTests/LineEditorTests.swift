import Debugger
import Glibc
import Testing

@testable import Terminal

/// What an editor has reported.
@MainActor
final class Log {
  var lines: [String?] = []
  var lists: [[String]] = []
}

@MainActor
@Suite("The prompt", .serialized)
struct LineEditorTests {
  let editor: LineEditor
  let log = Log()

  private static let words = ["step", "step-back", "stop", "model.layers.0", "model.layers.1", "élan"]

  /// readline reads the user's inputrc once per process; all tests share this one.
  private static let inputrc: Void = {
    let path = "/tmp/terminal-tests-\(getpid()).inputrc"
    let text = "$if lorascope\n\"\\C-xl\": \"from inputrc\"\n$endif\n$if other\n\"\\C-xl\": \"no\"\n$endif\n"
    guard let file = fopen(path, "w") else { return }
    fputs(text, file)
    fclose(file)
    setenv("INPUTRC", path, 1)
    atexit { unlink("/tmp/terminal-tests-\(getpid()).inputrc") }
  }()

  init() throws {
    _ = Self.inputrc
    editor = try LineEditor(name: "lorascope", prompt: "> ") { line, point in
      let start = line.lastIndex(of: " ").map { line.index(after: $0) } ?? line.startIndex
      let word = line[start...]
      return Completion(
        start: point - word.utf8.count, candidates: Self.words.filter { $0.hasPrefix(word) }.map { Candidate($0) },
        suffix: word.hasPrefix("model") ? nil : " ")
    }
    editor.onLine = { [log] in log.lines.append($0) }
    editor.showCandidates = { [log] in log.lists.append($0.map(\.text)) }
  }

  func type(_ text: String) { editor.feed(text.utf8) }

  @Test("typing shows behind the prompt, and Enter delivers the line")
  func typing() {
    type("step 2")
    #expect(editor.state == PromptState(prompt: "> ", text: "step 2", cursorColumn: 8))
    type("\r")
    #expect(log.lines == ["step 2"])
    #expect(editor.state == PromptState(prompt: "> ", text: "", cursorColumn: 2))
  }

  @Test("Emacs keys move, kill and yank")
  func keys() {
    type("one two\u{1}\u{B}x \u{19}")
    #expect(editor.line == "x one two")
    type("\u{1B}b\u{1B}bZ")
    #expect(editor.line == "x Zone two")
    type("\u{1B}[H\u{1B}[CY")
    #expect(editor.line == "xY Zone two")
    #expect(editor.state.cursorColumn == 4)
  }

  @Test("the cursor counts columns, not bytes")
  func wide() {
    type("é中e\u{301}")
    #expect(editor.state == PromptState(prompt: "> ", text: "é中e\u{301}", cursorColumn: 6))
    type("\u{2}\u{2}")
    #expect(editor.state.cursorColumn == 3)
    type("\u{7F}")
    #expect(editor.line == "中e\u{301}")
  }

  @Test("a control character is spelled out")
  func control() {
    type("a\u{16}\u{1}b")
    #expect(editor.state == PromptState(prompt: "> ", text: "a^Ab", cursorColumn: 6))
    #expect(editor.line == "a\u{1}b")
  }

  @Test(
    "Tab completes what is certain and lists the rest",
    arguments: [
      ("st\t", "st", ["step", "step-back", "stop"]), ("ste\t", "step", ["step", "step-back"]),
      ("sto\t", "stop ", []), ("print mo\t", "print model.layers.", ["model.layers.0", "model.layers.1"]),
      ("model.layers.1\t", "model.layers.1", []), ("zzz\t", "zzz", []), ("é\t", "élan ", []),
    ] as [(String, String, [String])])
  func completion(typed: String, line: String, list: [String]) {
    type(typed)
    #expect(editor.line == line)
    #expect(log.lists == (list.isEmpty ? [] : [list]))
  }

  @Test("Ctrl-D ends an empty line only")
  func endOfInput() {
    type("\u{4}")
    #expect(log.lines == [nil])
    type("ab\u{1}\u{4}")
    #expect(editor.line == "b")
    type("\r")
    #expect(log.lines == [nil, "b"])
  }

  @Test("the arrow keys and Ctrl-R find earlier lines")
  func history() {
    for line in ["alpha one", "beta", "beta", "  ", "gamma"] { editor.addHistory(line) }
    type("\u{1B}[A\u{1B}OA")
    #expect(editor.line == "beta")
    type("\u{1B}[A\u{1B}[A\u{1B}[B")
    #expect(editor.line == "beta")
    type("\u{15}\u{12}one")
    #expect(editor.state.prompt == "(reverse-i-search)`one': ")
    #expect(editor.state.text == "alpha one")
    type("\r")
    #expect(log.lines == ["alpha one"])
  }

  @Test(
    "Ctrl-C empties the line, whatever was going on",
    arguments: ["text", "\u{12}alp", "\u{1B}5", "\u{18}", "\u{1B}[A changed", "\u{16}", "\u{1D}"])
  func interrupt(typed: String) {
    editor.addHistory("alpha")
    type(typed)
    editor.interrupt()
    #expect(editor.state == PromptState(prompt: "> ", text: "", cursorColumn: 2))
    type("x\r")
    type("\u{1B}[A\r")
    #expect(log.lines == ["x", "alpha"])
  }

  @Test("a line that was interrupted does not come back with the arrow keys")
  func interruptedHistory() {
    editor.addHistory("old")
    type("draft\u{1B}[A")
    editor.interrupt()
    type("\u{1B}[A\u{1B}[B")
    #expect(editor.line == "")
  }

  @Test("pasted text is inserted, not obeyed; one undo takes it away")
  func paste() {
    type("a ")
    editor.paste(Array("set x 1\r\n\n\tstep\u{3}\r".utf8))
    #expect(editor.line == "a set x 1; step")
    #expect(log.lines == [])
    type("\u{1F}")
    #expect(editor.line == "a ")
  }

  @Test("text pasted into a search is searched for")
  func pasteIntoSearch() {
    editor.addHistory("alpha one")
    type("\u{12}")
    editor.paste(Array("one\ntwo".utf8))
    #expect(editor.state.text == "alpha one")
    editor.interrupt()
  }

  @Test("several lines in one read are all delivered")
  func burst() {
    type("one\rtwo\rthree")
    #expect(log.lines == ["one", "two"])
    #expect(editor.line == "three")
  }

  @Test("the user's inputrc counts, with its part for this program")
  func inputrc() {
    type("\u{18}l")
    #expect(editor.line == "from inputrc")
  }
}
