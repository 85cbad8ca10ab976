import Foundation
import TestSupport
import Testing

/// Keys of the panes and the mouse, in a real terminal emulator.
@Suite("A sitting at the panes")
struct PaneSittingTests {
  private func open() throws -> Tmux {
    let tmux = try Tmux(columns: 120, rows: 40)
    try tmux.type("lorascope -e 'model linear 16 16; set r 16; set max_grad_norm 0.05; hook all; step 3'")
    try tmux.wait(for: "step 3  loss", "clip_norm ×", "main ├●●◆ step 3")
    return tmux
  }

  @Test("F6 gives the keys to the panes; the cursor, the views, the difference; a command typed there is run")
  func panes() throws {
    let tmux = try open()
    try tmux.press("F6", "F6")
    try tmux.wait(for: "▸hook gradient", "▸effective gradient", "[0, 0]  h ")
    try tmux.press("Down", "Down", "Right")
    try tmux.wait(for: "[2, 1]  h ", "e/h ")
    try tmux.press("-")
    try tmux.wait(for: "▸difference e - c h  ×1e")
    try tmux.press("-", "v", "v")
    try tmux.wait(describedAs: "bars") { $0.contains("█ ") && !$0.contains("[2, 1]") }
    try tmux.type("print 6 * 7")
    try tmux.wait(for: "6 * 7 = 42")
    try tmux.press("?")
    try tmux.wait(for: "any key closes", "next pane")
    try tmux.press("x")
    try tmux.wait(describedAs: "no help") { !$0.contains("any key closes") }
    try tmux.quit()
  }

  @Test("what keys choose is what commands and pictures go by; select takes the panes back")
  func choosing() throws {
    let tmux = try open()
    try tmux.type("hook all at step_pre; step; select 0.lora_B hook=2")
    try tmux.wait(for: "hook gradient 2/2", "0.lora_B  hook 2 step_pre")
    try tmux.press("S-Up", "F7")
    try tmux.wait(for: "hook gradient 1/2", "0.lora_A  hook 1 tensor")
    let folder = try TemporaryFolder()
    let picture = folder.file("chosen.txt")
    try tmux.type("export screen '\(picture)'")
    try tmux.wait(for: "the screen written to")
    #expect(try String(contentsOfFile: picture, encoding: .utf8).contains("0.lora_A  hook 1 tensor"))
    try tmux.type("select 0.lora_B hook=2")
    try tmux.wait(for: "0.lora_B  hook 2 step_pre")
    try tmux.type("set use_dora on; step")
    try tmux.wait(for: "step 5  loss", "0.lora_B  hook 2 step_pre")
    try tmux.quit()
  }

  @Test("the timeline's mark goes to a step, and the filter shows what it names")
  func timeline() throws {
    let tmux = try open()
    try tmux.press("F6", "F6", "F6", "Left")
    try tmux.wait(for: "▸timeline", "Enter goes to step 2")
    try tmux.press("Enter")
    try tmux.wait(for: "step 2 of 3", "after step 2")
    try tmux.press("F5")
    try tmux.typePart("lora_A")
    try tmux.wait(for: "▸/lora_A  1 of 4")
    try tmux.press("Escape")
    try tmux.wait(describedAs: "the whole list") { !$0.contains("/lora_A") && $0.contains("lora_B") }
    // No key for the list: it is the beginning of a command.
    try tmux.quit()
  }

  @Test("F9 asks for the mouse and gives it back; F12 tells what a frame costs")
  func mouse() throws {
    let tmux = try open()
    try tmux.press("F9")
    try tmux.wait(for: "mouse on")
    // A click on the cell in the second row and column of the effective gradient.
    let rows = tmux.screen.split(separator: "\n", omittingEmptySubsequences: false)
    let heading = try #require(rows.firstIndex { $0.contains("effective gradient") })
    let before = try #require(rows[heading].firstRange(of: "effective gradient"))
    let column = rows[heading].distance(from: rows[heading].startIndex, to: before.lowerBound) + 15
    try tmux.typePart("\u{1B}[<0;\(column);\(heading + 4)M\u{1B}[<0;\(column);\(heading + 4)m")
    try tmux.wait(for: "[1, 1]  h ")
    try tmux.press("F9")
    try tmux.wait(for: "mouse off")
    try tmux.press("F12")
    try tmux.press("Up")
    try tmux.wait(describedAs: "a frame's cost") { $0.contains("frame ") && $0.contains(" ms ") && $0.contains(" B ") }
    try tmux.quit()
  }
}
