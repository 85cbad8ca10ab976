import CReadline
import Glibc
import Testing

@testable import Terminal

/// What the fingers of readline's users know, and what their inputrc says.
extension LineEditorTests {
  private static let escape = "\u{1B}"

  /// Changes readline's variables for one test.
  private func with(_ variables: [(String, String)], back: [(String, String)], _ body: () throws -> Void) rethrows {
    for (name, value) in variables { rl_variable_bind(name, value) }
    editor.interrupt()
    defer {
      for (name, value) in back { rl_variable_bind(name, value) }
      editor.interrupt()
    }
    try body()
  }

  @Test("the kill ring: Ctrl-K and Ctrl-W kill, Ctrl-Y brings back, Meta-y the one before")
  func killRing() {
    type("one two\u{1}\u{B}three four\u{17}\u{15}")
    #expect(editor.isEmpty)
    type("\u{19}")
    #expect(editor.line == "three four")
    type("\u{1B}y")
    #expect(editor.line == "one two")
  }

  @Test("undo takes changes back one by one, Meta-r all of them")
  func undo() {
    type("abc\u{1}\u{4}")
    #expect(editor.line == "bc")
    type("\u{1F}")
    #expect(editor.line == "abc")
    editor.interrupt()
    editor.addHistory("kept")
    type("\u{1B}[A changed\u{17}\u{1B}r")
    #expect(editor.line == "kept")
  }

  @Test("a keyboard macro is recorded and played, also with an argument")
  func macro() {
    type("\u{18}(é1 \u{18})")
    #expect(editor.line == "é1 ")
    type("\u{18}e")
    #expect(editor.line == "é1 é1 ")
    type("\u{1B}2\u{18}e")
    #expect(editor.line == "é1 é1 é1 é1 ")
  }

  @Test("words are moved over, turned round and changed in case, over letters of any width")
  func words() {
    type("éa 中b\u{1B}b\u{1B}u\u{1}\u{1B}c")
    #expect(editor.line == "Éa 中B")
    type("\u{5}\u{1B}t")
    #expect(editor.line == "中B Éa")
    type("\u{5}\u{14}")
    #expect(editor.line == "中B aÉ")
  }

  @Test("the cursor steps over combining marks with their letter")
  func combining() {
    type("xe\u{301}y\u{2}\u{2}")
    #expect(editor.state.cursorColumn == 3)
    type("\u{4}")
    #expect(editor.line == "xy")
  }

  @Test("history search by what is typed, as an inputrc binds it")
  func historySearch() {
    for line in ["set lr 1", "step 3", "set r 4", "step 9"] { editor.addHistory(line) }
    rl_parse_and_bind(strdup("\"\\C-xp\": history-search-backward"))
    type("set\u{18}p")
    #expect(editor.line == "set r 4")
    type("\u{18}p")
    #expect(editor.line == "set lr 1")
    editor.interrupt()
    type("\u{12}st\u{12}\u{7}")
    #expect(editor.isEmpty && editor.state.prompt == "> ")
  }

  @Test("vi: Escape commands, insertion again, counts, undo, the dot, search")
  func vi() {
    for line in ["alpha one", "beta two"] { editor.addHistory(line) }
    with([("editing-mode", "vi")], back: [("editing-mode", "emacs")]) {
      type("step one two")
      #expect(!editor.isViCommandMode)
      type(Self.escape)
      #expect(editor.isViCommandMode && editor.line == "step one two")
      type("bbcwthree")
      #expect(!editor.isViCommandMode && editor.line == "step three two")
      type(Self.escape)
      type("0dwA 中é")
      #expect(editor.line == "three two 中é")
      type(Self.escape)
      type("xu2hr.0")
      #expect(editor.line == "three two.中é" && editor.state.cursorColumn == 2)
      type("x.")
      #expect(editor.line == "ree two.中é")
      type("k")
      #expect(editor.line == "beta two")
      type("/alp\r")
      #expect(editor.line == "alpha one")
      type("\r")
      #expect(log.lines == ["alpha one"] && !editor.isViCommandMode)
      type("\u{1B}[A")
      #expect(editor.line == "beta two")
    }
    #expect(!editor.isViCommandMode)
  }

  @Test("vi's mode stands before the prompt if the inputrc wants it")
  func modeMark() {
    let vi = [("editing-mode", "vi"), ("show-mode-in-prompt", "on"), ("vi-cmd-mode-string", "\u{1}\u{1B}[7m\u{2}[N]")]
    with(vi, back: [("show-mode-in-prompt", "off"), ("editing-mode", "emacs")]) {
      #expect(editor.state.prompt == "(ins)> ")
      type("ab" + Self.escape)
      #expect(editor.state == PromptState(prompt: "[N]> ", text: "ab", cursorColumn: 6))
    }
    #expect(editor.state.prompt == "> ")
  }

  @Test("history-size keeps that many lines, 0 none, a negative one all", arguments: [("2", 2), ("0", 0), ("-1", 5)])
  func historySize(size: String, kept: Int) throws {
    let path = "/tmp/terminal-tests-\(getpid())-\(size).history"
    defer { unlink(path) }
    for number in 1...5 { HistoryFile(path: path, mostLines: nil).append("line \(number)") }
    try with([("history-size", size)], back: [("history-size", "5000")]) {
      let editor = try LineEditor(name: "lorascope", prompt: "> ", historyFile: path) {
        Completion(start: $1, candidates: [])
      }
      editor.addHistory("line 6")
      let lines = HistoryFile(path: path, mostLines: nil).lines()
      #expect(lines.last == (kept == 0 ? "line 5" : "line 6"))
      for _ in 0..<9 { editor.feed("\u{1B}[A".utf8) }
      #expect(editor.line == (kept == 0 ? "" : kept == 2 ? "line 5" : "line 1"))
    }
  }

  @Test("the other ways to complete: Meta-? lists, Meta-* inserts all, menu-complete goes round")
  func otherCompletion() {
    type("st\u{1B}?")
    #expect(log.lists == [["step", "step-back", "stop"]] && editor.line == "st")
    type("\u{1B}*")
    #expect(editor.line == "step step-back stop ")
    editor.interrupt()
    rl_parse_and_bind(strdup("\"\\C-xm\": menu-complete"))
    type("st\u{18}m")
    #expect(editor.line == "step ")
    type("\u{18}m\u{18}m")
    #expect(editor.line == "stop ")
  }

  @Test("an editor that is empty says so, and where its cursor is")
  func emptiness() {
    #expect(editor.isEmpty && editor.isAtEnd)
    type("ab")
    #expect(!editor.isEmpty && editor.isAtEnd)
    type("\u{2}")
    #expect(!editor.isAtEnd)
    type("\u{5}\u{12}")
    #expect(!editor.isAtEnd)
    editor.interrupt()
    #expect(editor.isEmpty && editor.isAtEnd)
  }
}
