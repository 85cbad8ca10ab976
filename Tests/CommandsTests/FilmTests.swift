import Commands
import Debugger
import TestSupport
import Testing

@Suite("A session as a film")
struct FilmTests {
  private static let commands =
    ["model linear 5 4", "set r 2", "hook all", "step 2", "pause", "back", "lr 0.3", "step 3", "undo", "event 5"]
    + ["select 0.lora_A", "finish", "expect loss > 0", "branch b", "step"]

  private func open(_ text: String = commands.joined(separator: "\n")) -> Sitting {
    let sitting = Sitting()
    sitting.interpreter.isInteractive = true
    #expect(sitting.interpreter.open(name: "f.session", text: text) == .finished)
    return sitting
  }

  /// The session after the first so many commands.
  private func played(_ count: Int) -> Sitting {
    let sitting = Sitting()
    for command in Self.commands.prefix(count) { sitting.type(command) }
    return sitting
  }

  @Test("it is played command by command, and a pause is told")
  func play() {
    let sitting = open()
    for (index, command) in Self.commands.enumerated() {
      #expect(sitting.interpreter.film?.position == index && sitting.interpreter.film?.next == command)
      #expect(sitting.interpreter.playNext() == (command == "pause" ? .paused : .finished))
      #expect(sitting.session.digest == played(index + 1).session.digest)
    }
    #expect(sitting.interpreter.film == nil)
  }

  @Test("going back and forth in it leads to the session that was there")
  func seek() {
    let sitting = open()
    var random = SplitMix64(seed: 5)
    for _ in 0..<60 {
      let target = random.below(Self.commands.count)
      #expect(sitting.interpreter.seek(to: target) == .finished)
      let straight = played(target)
      #expect(sitting.session.fingerprint == straight.session.fingerprint)
      #expect(sitting.session.whereabouts == straight.session.whereabouts)
      #expect(sitting.interpreter.selection == straight.interpreter.selection)
      #expect(sitting.interpreter.log.commands == straight.interpreter.log.commands)
      #expect(sitting.interpreter.film?.position == target)
    }
    #expect(sitting.interpreter.seek(to: -5) == .finished && sitting.interpreter.film?.position == 0)
    #expect(sitting.interpreter.seek(to: 1000) == .finished && sitting.interpreter.film == nil)
  }

  @Test("a long film can be gone back in to any command")
  func longFilm() {
    let text = "model linear 3 2\nhook all\n" + String(repeating: "step\n", count: 700)
    let sitting = open(text)
    #expect(sitting.interpreter.seek(to: 701) == .finished && sitting.session.step == 699)
    for target in [650, 333, 702 - 1, 3, 2, 150] {
      #expect(sitting.interpreter.seek(to: target) == .finished && sitting.session.step == max(0, target - 2))
    }
  }

  @Test("what is done on the way is part of the session, and ends the verification")
  func takeover() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.session")
    let text = try {
      let first = Sitting("model linear 3 2", "hook all", "step", "step", "step", "save \(path)")
      #expect(first.failures.isEmpty)
      return try ScriptFrame.read(path)
    }()
    let sitting = open(text)
    for _ in 0..<3 { _ = sitting.interpreter.playNext() }
    sitting.type("print loss")
    sitting.type("lr 0.5")
    while sitting.interpreter.film != nil { _ = sitting.interpreter.playNext() }
    #expect(sitting.session.step == 3 && sitting.interpreter.failedExpectations == 0)
    #expect(sitting.text.contains("something else was done"))
    #expect(
      sitting.interpreter.log.commands == [
        "model linear 3 2", "hook all", "step", "print loss", "lr 0.5", "step", "step",
      ])
  }

  @Test("a command that fails is still the next one; a line that cannot be read ends it with an error")
  func failing() {
    let sitting = open("model linear 3 2\nprint hook(0.lora_B)\nstep\nsay \"open")
    #expect(sitting.interpreter.playNext() == .finished)
    #expect(sitting.interpreter.playNext() == .failed && sitting.interpreter.film?.position == 1)
    sitting.type("hook all; step")
    #expect(sitting.interpreter.playNext() == .finished)
    #expect(sitting.interpreter.playNext() == .failed && sitting.interpreter.film == nil)
    #expect(sitting.failures.last?.lineNumber == 4)
  }

  @Test("replay while something was done leaves that for recover")
  func replacing() throws {
    let folder = try TemporaryFolder()
    let sitting = Sitting()
    sitting.interpreter.stateFolder = folder.path
    sitting.interpreter.journal = Journal(stateFolder: folder.path)
    sitting.type("model linear 3 2")
    sitting.type("step 4")
    let before = sitting.session.digest
    let script = try folder.write("s.session", "model linear 2 2\nstep")
    #expect(sitting.type("replay \(script)") == .finished && sitting.session.step == 1)
    #expect(sitting.type("recover list") == .finished && sitting.text.contains("left for another session"))
    #expect(sitting.type("recover") == .finished && sitting.session.digest == before)
    // And the other way round: what recover took the place of was left, too.
    #expect(sitting.type("recover") == .finished && sitting.session.step == 1)
  }

  /// Three steps in one command, saved.
  private func recorded() throws -> String {
    let folder = try TemporaryFolder()
    let first = Sitting("model linear 3 2", "hook all", "step 3", "step", "save \(folder.file("a.session"))")
    #expect(first.failures.isEmpty)
    return try ScriptFrame.read(folder.file("a.session"))
  }

  @Test(
    "a command that Ctrl-C stopped is played again from its beginning", arguments: ["print loss", "lr 0.5", "undo"])
  func stopped(tried: String) throws {
    let sitting = open(try recorded())
    for _ in 0..<2 { _ = sitting.interpreter.playNext() }
    sitting.interruptAfter(30)
    #expect(sitting.interpreter.playNext() == .interrupted && sitting.interpreter.film?.position == 2)
    sitting.interpreter.isInterrupted = { false }
    #expect(sitting.session.step > 0 && sitting.session.isInsideStep)
    sitting.type(tried)
    #expect(sitting.playOn() == .finished && sitting.interpreter.failedExpectations == 0)
    if tried == "print loss" {
      #expect(sitting.session.step == 4 && sitting.text.contains("4 of 4 digests verified"), "\(sitting.text)")
    } else {
      #expect(sitting.text.contains("something else was done"))
    }
  }

  @Test(
    "a lesson is put back after undo and select, too", arguments: ["undo", "select 0.lora_A", "lr 0.5; undo; undo"])
  func putBack(tried: String) throws {
    let sitting = Sitting()
    sitting.interpreter.isInteractive = true
    sitting.type("lessons play 1")
    #expect(sitting.playOn() == .paused)
    let (before, selected) = (sitting.session.fingerprint, sitting.interpreter.selection)
    #expect(sitting.type("model linear 3 2; step; \(tried)") == .finished)
    _ = sitting.interpreter.playNext()
    #expect(sitting.interpreter.selection == selected)
    #expect(sitting.interpreter.seek(to: sitting.interpreter.film.map { $0.position - 1 } ?? 0) == .finished)
    #expect(sitting.session.fingerprint == before)
  }

  @Test("undo alone is put back at a lesson's pause")
  func undone() throws {
    let sitting = Sitting()
    sitting.interpreter.isInteractive = true
    sitting.type("lessons play 1")
    while !sitting.session.isLarge, sitting.session.step == 0, sitting.interpreter.film != nil { sitting.playOn() }
    let before = sitting.session.fingerprint
    #expect(sitting.type("undo") == .finished && sitting.session.fingerprint != before)
    _ = sitting.interpreter.playNext()
    #expect(sitting.text.contains("put back"))
  }

  @Test("a parameter that was selected at a lesson's pause is not the lesson's")
  func selected() throws {
    let sitting = Sitting()
    sitting.interpreter.isInteractive = true
    sitting.type("lessons play 1")
    while sitting.session.graph == nil, sitting.interpreter.film != nil { sitting.playOn() }
    let selected = sitting.interpreter.selection
    #expect(sitting.type("select 0.weight") == .finished, "\(sitting.text)")
    #expect(sitting.interpreter.selection != selected)
    _ = sitting.interpreter.playNext()
    #expect(sitting.interpreter.selection == selected)
  }

  @Test("a recording goes back with the film")
  func recordingGoesBack() throws {
    let folder = try TemporaryFolder()
    let sitting = open()
    sitting.type("record \(folder.file("r.session"))")
    #expect(sitting.interpreter.seek(to: 8) == .finished && sitting.interpreter.seek(to: 4) == .finished)
    let text = try ScriptFrame.read(folder.file("r.session"))
    #expect(text.hasSuffix("\n\nmodel linear 5 4\nset r 2\nhook all\nstep 2\n"), "\(text)")
  }
}
