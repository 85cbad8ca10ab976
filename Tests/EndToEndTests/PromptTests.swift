import Foundation
import Testing

/// The command line as its user's fingers know it, in a real terminal emulator.
@Suite("The prompt in tmux")
struct PromptTests {
  private static let prompt = "(lorascope) "

  private func open(_ columns: Int = 80, _ rows: Int = 24, inputrc: String = "") throws -> Tmux {
    let tmux = try Tmux(columns: columns, rows: rows, inputrc: inputrc)
    try start(tmux)
    return tmux
  }

  private func start(_ tmux: Tmux) throws {
    try tmux.type("lorascope -e 'model linear 16 16; set lr 1; hook all'")
    try tmux.wait(for: "(lorascope)")
  }

  /// Waits until the line at the prompt is this one and nothing else.
  private func wait(_ tmux: Tmux, line: String, prompt: String = prompt) throws {
    try tmux.wait(describedAs: prompt + line) { screen in
      screen.split(separator: "\n").contains { row in
        let row = row.prefix { $0 != "#" }
        return row.trimmingCharacters(in: .whitespaces) == (prompt + line).trimmingCharacters(in: .whitespaces)
      }
    }
  }

  @Test("Tab lists the candidates with what they are, and a unique one is typed out")
  func completion() throws {
    let tmux = try open()
    try tmux.typePart("hook all at ")
    try tmux.press("Tab")
    try tmux.wait(for: "post_accumulate  Tensor.register_post_accumulate_grad_hook", "step_pre         Optimizer.")
    try tmux.typePart("post")
    try tmux.press("Tab")
    try wait(tmux, line: "hook all at post_accumulate")
    try tmux.press("Enter")
    try tmux.wait(for: "hook 2: post_accumulate on 0.lora_A, 0.lora_B")
  }

  @Test("a file with a blank in its name is completed from ~ with quotes, and sourced")
  func quotedFile() throws {
    let tmux = try open()
    try tmux.write("my steps.session", "print 6 * 7\n")
    try tmux.typePart("source ~/my")
    try tmux.press("Tab")
    try wait(tmux, line: "source '~/my steps.session'")
    try tmux.press("Enter")
    try tmux.wait(for: "6 * 7 = 42")
  }

  @Test("what can be typed next stands behind the line, and goes with it")
  func hints() throws {
    let tmux = try open()
    try tmux.typePart("set lr ")
    try tmux.wait(for: "(lorascope) set lr   # X  (now 1): the learning rate")
    try tmux.press("C-u")
    try tmux.wait(describedAs: "no hint") { !$0.contains("# X") && $0.contains("(lorascope)") }
    // Where it does not fit behind the line it is above.
    try tmux.typePart("hook ")
    try tmux.wait(for: "# TARGET|all [at PLACEMENT]")
    try tmux.type("all")
    try tmux.wait(for: "hook 2: tensor")
  }

  @Test("the history comes back at the next start, for the arrow keys and for Ctrl-R")
  func history() throws {
    let tmux = try open()
    try tmux.type("print 40 + 1")
    try tmux.wait(for: "40 + 1 = 41")
    try tmux.quit()
    try start(tmux)
    try tmux.press("Up", "Up")
    try wait(tmux, line: "print 40 + 1")
    try tmux.press("C-c", "C-r")
    try tmux.typePart("40")
    try tmux.wait(for: "(reverse-i-search)`40': print 40 + 1")
    try tmux.press("Enter")
    try tmux.wait(for: "40 + 1 = 41")
  }

  @Test("kill -9 loses no line")
  func killed() throws {
    let tmux = try open()
    try tmux.type("print 5 * 5")
    try tmux.wait(for: "5 * 5 = 25")
    kill(try tmux.processID(), SIGKILL)
    try tmux.wait(for: "Killed")
    try tmux.type("stty sane; tput rmcup; clear")
    try start(tmux)
    try tmux.press("Up")
    try wait(tmux, line: "print 5 * 5")
  }

  @Test("several pasted lines become one that runs at Enter; one undo takes it away")
  func paste() throws {
    let tmux = try open()
    try tmux.paste("print 1 + 1 # the sum\n# only this\n\tprint 'a;b'\n")
    try wait(tmux, line: "print 1 + 1; print 'a;b'")
    try tmux.press("C-_")
    try wait(tmux, line: "")
    try tmux.paste("step\nprint 2 + 1\n")
    try wait(tmux, line: "step; print 2 + 1")
    try tmux.press("Enter")
    try tmux.wait(for: "step 1  loss", "2 + 1 = 3")
  }

  @Test("letters of any width: the cursor stands behind them, and one key takes each away")
  func wideLetters() throws {
    let tmux = try open()
    try tmux.typePart("say é中e\u{301}x")
    try wait(tmux, line: "say é中e\u{301}x")
    #expect(try tmux.cursorColumn() == 21)
    try tmux.press("BSpace", "BSpace")
    try wait(tmux, line: "say é中")
    #expect(try tmux.cursorColumn() == 19)
    try tmux.press("BSpace", "BSpace")
    try tmux.typePart("ö")
    try wait(tmux, line: "say ö")
    try tmux.press("Enter")
    try tmux.wait(describedAs: "what was said") { $0.split(separator: "\n").contains("ö") }
  }

  @Test("a line being typed outlives a run, redraws, resizes and Ctrl-Z")
  func survives() throws {
    let tmux = try open()
    try tmux.type("step 2000")
    try tmux.typePart("print 6 + 1")
    try tmux.wait(for: "step 2000  loss", "(lorascope) print 6 + 1")
    try tmux.press("C-l")
    try tmux.resize(columns: 60, rows: 14)
    try tmux.wait(describedAs: "the line at 60 columns") { screen in
      screen.contains("(lorascope) print 6 + 1") && screen.split(separator: "\n").allSatisfy { $0.count <= 60 }
    }
    try tmux.type("")
    try tmux.wait(for: "6 + 1 = 7")
    try tmux.type("step 1000000000")
    try tmux.wait(for: "of 1000000000")
    try tmux.typePart("print 3 + ")
    try tmux.wait(for: "(lorascope) print 3 +")
    try tmux.press("C-z")
    try tmux.wait(for: "Stopped")
    try tmux.type("fg")
    try tmux.wait(for: "(lorascope) print 3 +", "of 1000000000")
    try tmux.press("C-c")
    try tmux.wait(for: "interrupted")
    try wait(tmux, line: "")
  }

  @Test("a line and a search outlive a film that plays; its keys are the film's only while nothing is begun")
  func film() throws {
    let tmux = try Tmux(columns: 80, rows: 24)
    try tmux.write("long.session", "model linear 16 16\nhook all\n" + String(repeating: "step\n", count: 400))
    try tmux.type("lorascope ~/long.session")
    try tmux.wait(for: "step 2  loss")
    try tmux.typePart("print 9 + n")
    try wait(tmux, line: "print 9 + n")
    try tmux.press("BSpace")
    try tmux.type("9")
    try tmux.wait(for: "9 + 9 = 18")
    try tmux.press("C-r")
    try tmux.typePart(" 9 ")
    try tmux.wait(for: "(reverse-i-search)` 9 ': print 9 + 9")
    try tmux.press("Enter")
    try tmux.wait(describedAs: "the same answer again") { $0.components(separatedBy: "9 + 9 = 18").count == 3 }
  }

  @Test("in twenty columns and five rows a long line is shifted, and still whole")
  func tiny() throws {
    let tmux = try open(20, 5)
    try tmux.typePart("print 100000000 + 234")
    try tmux.wait(describedAs: "the end of the line") { $0.contains("+ 234") && !$0.contains("(lorascope)") }
    try tmux.press("C-a")
    try tmux.wait(for: "(lorascope) print 10")
    try tmux.press("Enter")
    try tmux.wait(for: "100000234")
    try tmux.typePart("s")
    try tmux.press("Tab")
    try tmux.wait(for: "save", "more")
  }

  @Test("the inputrc is obeyed: vi's keys, its mode in the prompt, what is for lorascope only")
  func inputrc() throws {
    let tmux = try open(
      inputrc: """
        set editing-mode vi
        set show-mode-in-prompt on
        $if lorascope
        "\\C-xl": "print 41 + 1"
        $else
        "\\C-xl": "print 0"
        $endif
        """)
    try tmux.typePart("print 1 + 22")
    try wait(tmux, line: "print 1 + 22", prompt: "(ins)" + Self.prompt)
    try tmux.press("Escape")
    try wait(tmux, line: "print 1 + 22", prompt: "(cmd)" + Self.prompt)
    try tmux.typePart("bcw3")
    try wait(tmux, line: "print 1 + 3", prompt: "(ins)" + Self.prompt)
    try tmux.press("Enter")
    try tmux.wait(for: "1 + 3 = 4")
    try tmux.press("C-x", "l", "Enter")
    try tmux.wait(for: "41 + 1 = 42")
    try tmux.press("Escape")
    try tmux.wait(for: "(cmd)")
    try tmux.typePart("kk")
    try wait(tmux, line: "print 1 + 3", prompt: "(cmd)" + Self.prompt)
  }

  @Test(
    "what the mouse reports never gets into the line",
    arguments: ["\u{1B}[<0;5;5M\u{1B}[<0;5;5m", "\u{1B}[<64;70;10M", "\u{1B}[<35;200;3M", "\u{1B}[M !!", "\u{1B}[M#%%"])
  func mouse(report: String) throws {
    let tmux = try open()
    try tmux.typePart("print 3")
    try wait(tmux, line: "print 3")
    try tmux.send(report.utf8)
    try tmux.typePart(" + 4")
    try wait(tmux, line: "print 3 + 4")
    try tmux.press("Enter")
    try tmux.wait(for: "3 + 4 = 7")
  }
}
