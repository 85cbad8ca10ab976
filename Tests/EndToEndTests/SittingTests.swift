import Foundation
import Testing

/// The real program in a real terminal emulator.
@Suite("A sitting in tmux")
struct SittingTests {
  private static let model = "model linear 16 16; set r 16; set lora_alpha 16; set lr 1; hook all"

  private func open(_ columns: Int = 80, _ rows: Int = 24, terminal: String = "tmux-256color") throws -> Tmux {
    let tmux = try Tmux(columns: columns, rows: rows, terminal: terminal)
    try tmux.type("lorascope -e '\(Self.model)'")
    try tmux.wait(for: "hook 1: tensor on 0.lora_A, 0.lora_B", "step 0")
    return tmux
  }

  @Test("step fills three panes with numbers; after a resize and quit the terminal is as it was")
  func mainPath() throws {
    let tmux = try open()
    try tmux.type("step")
    let screen = try tmux.wait(for: "step 1  loss", "used 1  now 1")
    let lines = screen.split(separator: "\n", omittingEmptySubsequences: false)
    let heading = try #require(lines.first { $0.contains("hook gradient") })
    #expect(heading.contains("effective gradient") && heading.contains("learning rate"))
    // A row of numbers in the first two panes, equal ones: the hook saw what was applied.
    let row = try #require(lines.first { $0.contains("e-0") && $0.contains("│") })
    let panes = row.split(separator: "│").map { $0.split(separator: " ") }
    #expect(panes[0].count >= 2 && panes[0].compactMap { Double($0) }.count == panes[0].count)
    #expect(panes[0].prefix(2) == panes[1].prefix(2))

    try tmux.resize(columns: 120, rows: 40)
    try tmux.wait(describedAs: "parameters beside the panes") { screen in
      screen.split(separator: "\n").contains { $0.contains("parameters ") && $0.contains("hook gradient") }
    }
    try tmux.type("step 2")
    try tmux.wait(for: "step 3  loss")
    try tmux.quit()
  }

  @Test("the tour opens without arguments, goes on at Enter, and takes commands between")
  func tour() throws {
    let tmux = try Tmux(columns: 80, rows: 24)
    try tmux.type("lorascope")
    try tmux.wait(for: "A user trained LoRA with SGD", "peft-1893 6/108: Enter goes on")
    try tmux.press("Enter")
    try tmux.wait(for: "ACT 1.", "hook 1: tensor on 0.weight, 0.bias", ": Enter goes on")
    try tmux.press("Enter")
    try tmux.wait(for: "it checks out", "match", ": Enter goes on")
    try tmux.type("print 40 + 2")
    try tmux.wait(for: "40 + 2 = 42")
    try tmux.press("Enter")
    try tmux.wait(for: "ACT 2.")
    try tmux.press("C-d")
    try tmux.wait(for: "READY$")
    try tmux.expectSaneTerminal()
  }

  @Test("Ctrl-C stops a long run with the state intact, and clears a half-typed line")
  func interrupt() throws {
    let tmux = try open()
    try tmux.type("step 1000000000")
    try tmux.wait(for: "of 1000000000", "Ctrl-C stops")
    try tmux.press("C-c")
    try tmux.wait(for: "interrupted")
    try tmux.typePart("print 1 + ")
    try tmux.wait(for: "(lorascope) print 1 +")
    try tmux.press("C-c")
    try tmux.type("print 2 + 3")
    try tmux.wait(for: "2 + 3 = 5")
    // Wherever it stopped, step goes on from there.
    try tmux.type("step")
    try tmux.wait(for: "0.lora_B      1")
    try tmux.quit()
  }

  @Test("Ctrl-Z gives the terminal back, fg takes it again with the line as it was typed")
  func suspend() throws {
    let tmux = try open()
    try tmux.typePart("print 6 *")
    try tmux.wait(for: "(lorascope) print 6 *")
    try tmux.press("C-z")
    try tmux.wait(for: "Stopped")
    try tmux.expectSaneTerminal()
    try tmux.type("fg")
    try tmux.wait(for: "(lorascope) print 6 *", "hook gradient")
    try tmux.type(" 7")
    try tmux.wait(for: "6 * 7 = 42")
    try tmux.quit()
  }

  @Test("the terminal is given back whole", arguments: [SIGTERM, SIGHUP, SIGSEGV, SIGABRT])
  func signals(signal: Int32) throws {
    let tmux = try open()
    kill(try tmux.processID(), signal)
    try tmux.wait(for: "READY$")
    try tmux.expectSaneTerminal()
  }

  @Test("leaving in the middle of a run gives the terminal back too", arguments: ["TERM", "HUP"])
  func leaveWhileRunning(signal: String) throws {
    for _ in 0..<5 {
      let tmux = try open()
      try tmux.type("step 1000000000")
      try tmux.wait(for: "of 1000000000")
      kill(try tmux.processID(), signal == "TERM" ? SIGTERM : SIGHUP)
      let screen = try tmux.wait(for: "READY$")
      #expect(!screen.contains("crash") && !screen.contains("BLAS"))
      try tmux.expectSaneTerminal()
    }
  }

  @Test("what was typed ahead is not run after Ctrl-C")
  func typeAhead() throws {
    let tmux = try open()
    try tmux.type("step 1000000000")
    try tmux.wait(for: "of 1000000000")
    try tmux.type("step 2000000000")
    try tmux.wait(for: "(lorascope) step 2000000000")
    try tmux.press("C-d")
    try tmux.wait(for: "a command is running")
    try tmux.press("C-c")
    try tmux.wait(for: "not run: step 2000000000")
    try tmux.type("print 3 * 3")
    try tmux.wait(for: "3 * 3 = 9")
  }

  @Test("Tab completes, Up brings back, UTF-8 and a paste are typed as they are")
  func typing() throws {
    let tmux = try open()
    try tmux.typePart("print norm(hook(0.lora_")
    try tmux.press("Tab")
    try tmux.wait(for: "0.lora_A", "0.lora_B")
    try tmux.type("B))")
    try tmux.wait(for: "no step was taken yet")
    try tmux.type("say é 中 e\u{301} naïve")
    try tmux.wait(for: "é 中 e\u{301} naïve")
    try tmux.press("Up", "C-a")
    try tmux.press("M-d", "C-k")
    try tmux.paste("print 1 + 1")
    try tmux.wait(for: "(lorascope) print 1 + 1")
    try tmux.press("Enter")
    try tmux.wait(for: "1 + 1 = 2")
  }

  @Test("a line being typed survives resizes, down to a tiny screen and back")
  func resizeWhileTyping() throws {
    let tmux = try open()
    try tmux.typePart("print 20 + ")
    for (columns, rows) in [(20, 5), (300, 100), (10, 2), (80, 24)] {
      try tmux.resize(columns: columns, rows: rows)
      usleep(100_000)
    }
    try tmux.wait(for: "(lorascope) print 20 +", "hook gradient")
    try tmux.type("3")
    try tmux.wait(for: "20 + 3 = 23")
  }

  @Test("small and plain terminals", arguments: ["screen", "vt100", "xterm", "linux"])
  func plainTerminals(terminal: String) throws {
    let tmux = try Tmux(columns: 20, rows: 5)
    try tmux.type("TERM=\(terminal) lorascope -e '\(Self.model)'")
    try tmux.wait(for: "(lorascope)")
    try tmux.type("step")
    // The last of what a step says, in a transcript of three lines.
    try tmux.wait(for: "gradient")
    try tmux.quit()
  }

  @Test("a terminal that cannot paint is refused with the remedy", arguments: ["dumb", "no-such-terminal"])
  func unableTerminals(terminal: String) throws {
    let tmux = try Tmux(columns: 80, rows: 24)
    try tmux.type("TERM=\(terminal) lorascope; echo status $?")
    try tmux.wait(for: "lorascope: ", terminal, "status 2")
    try tmux.expectSaneTerminal()
  }
}
