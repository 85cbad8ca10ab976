import Foundation
import TestSupport
import Testing

@Suite("A film in tmux")
struct FilmTests {
  private static let commands =
    ["model linear 16 16", "hook all", "step", "pause", "lr 0.5", "step", "print 1 + 41", "step 3", "print 2 + 50"]

  /// A recording, opened as the program's argument; it plays to its pause.
  private func open(_ folder: TemporaryFolder, _ text: String? = nil) throws -> Tmux {
    let path = try folder.write("film.session", text ?? Self.commands.joined(separator: "\n"))
    let tmux = try Tmux(columns: 100, rows: 30)
    try tmux.type("lorascope '\(path)'")
    try tmux.wait(for: "film 4/9: Enter goes on", "step 1  loss")
    return tmux
  }

  @Test("n plays one command, Left takes it back, End plays to the end, digests of a recording hold")
  func keys() throws {
    let folder = try TemporaryFolder()
    let tmux = try open(folder)
    try tmux.press("n")
    try tmux.wait(for: "film 5/9", "now 0.5")
    try tmux.press("n")
    try tmux.wait(for: "film 6/9", "step 2  loss")
    try tmux.press("Left")
    try tmux.wait(describedAs: "step 2 is taken back") { $0.contains("film 5/9") && !$0.contains("step 2  loss") }
    try tmux.press("Home")
    try tmux.wait(for: "film 0/9", "no model yet")
    try tmux.press("Right", "Right", "Right")
    try tmux.wait(for: "film 3/9", "step 1  loss")
    try tmux.press("End")
    try tmux.wait(for: "2 + 50 = 52", "9 commands, 5 steps")
    try tmux.quit()
  }

  @Test("space pauses and plays, + plays faster, a key that is typed stays typed")
  func playing() throws {
    let folder = try TemporaryFolder()
    let tmux = try open(folder, Self.commands.dropLast().joined(separator: "\n") + "\nstep 2\n")
    try tmux.press("+", "+", "Space")
    try tmux.wait(for: "1 + 41 = 42", "9 commands")
    try tmux.quit()

    let slow = try open(folder)
    try slow.press("-", "-", "-", "Space")
    try slow.wait(for: "1 in 2 s: space pauses")
    try slow.press("Space")
    try slow.wait(for: ": Enter goes on")
    try slow.press("Space")
    try slow.wait(for: "space pauses")
    try slow.typePart("print 3")
    try slow.wait(for: "(lorascope) print 3", ": Enter goes on")
    // With something typed all keys are the prompt's.
    try slow.type(" + 4")
    try slow.wait(for: "3 + 4 = 7")
    try slow.quit()
  }

  @Test("Escape gives the prompt back with the session live, replay goes on")
  func takeover() throws {
    let folder = try TemporaryFolder()
    let tmux = try open(folder)
    try tmux.press("Escape")
    try tmux.wait(for: "the prompt is yours", "film 4/9: replay goes on")
    try tmux.type("step")
    try tmux.wait(for: "step 2  loss")
    try tmux.type("")
    // Enter is the prompt's again: it repeats.
    try tmux.wait(for: "step 3  loss")
    try tmux.type("replay")
    try tmux.wait(for: "2 + 50 = 52", "step 7  loss")
    try tmux.quit()
  }

  @Test("a recording is verified as it plays; one that was tampered with is told of")
  func verified() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.session")
    let made = try Program.run(["--no-init", "--batch", "-e", "model linear 4 4; hook all; step 3; save '\(path)'"])
    #expect(made.status == 0)
    let tmux = try Tmux(columns: 100, rows: 30)
    try tmux.type("lorascope '\(path)'")
    try tmux.wait(for: "3 of 3 digests verified, bit for bit")
    try tmux.quit()
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try folder.write("a.session", text.replacing("step 3", with: "lr 0.3; step 3"))
    try tmux.type("clear; lorascope '\(path)'")
    try tmux.wait(for: "FAILED", "3 of 3 digests differ")
    try tmux.quit()
  }

  @Test("a lesson puts back what was tried at its pause")
  func lesson() throws {
    let tmux = try Tmux(columns: 100, rows: 40)
    try tmux.type("lorascope -e 'lessons'")
    try tmux.wait(for: "0 of 14 are done")
    try tmux.type("lessons next")
    try tmux.wait(for: "01-hook-gradient", "Enter goes on")
    try tmux.type("lr 77; print lr")
    try tmux.wait(for: "lr = 77")
    try tmux.press("Enter")
    try tmux.wait(for: "what you tried is put back")
    try tmux.wait(for: "Enter goes on")
    try tmux.quit()
  }

  @Test("a film without commands and one that ends with a pause come to their end", arguments: ["# nothing", "pause"])
  func short(text: String) throws {
    let tmux = try Tmux(columns: 100, rows: 30)
    try tmux.write("short.session", text)
    try tmux.type("cd; lorascope short.session")
    if text == "pause" {
      try tmux.wait(for: "short 1/1: Enter goes on")
      try tmux.press("Enter")
    }
    try tmux.wait(for: "ok  short.session: \(text == "pause" ? "1 command," : "0 commands,")")
    try tmux.quit()
  }

  @Test("a lesson that takes the place of a film that was left has the keys")
  func another() throws {
    let folder = try TemporaryFolder()
    let tmux = try open(folder)
    try tmux.press("Escape")
    try tmux.wait(for: "the prompt is yours")
    try tmux.type("lessons play 2")
    try tmux.wait(for: "LESSON 2", ": Enter goes on")
    try tmux.quit()
  }

  @Test("a film that -e asks for is one: it waits at its pauses")
  func fromCommandLine() throws {
    let tmux = try Tmux(columns: 100, rows: 40)
    try tmux.type("lorascope -e 'lessons play 2'")
    try tmux.wait(for: "02-b-is-zero", ": Enter goes on")
    try tmux.quit()
  }
}
