import Foundation
import TestSupport
import Testing

@testable import Commands

@Suite("The lessons")
struct LessonTests {
  private static let folder = Fixtures.projectDirectory.appending(path: "sessions/lessons")
  static let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".session") }.sorted()

  private func lines(_ file: String) throws -> [String] {
    try String(contentsOf: Self.folder.appending(path: file), encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// What is said between two pauses.
  private func blocks(_ file: String) throws -> [[String]] {
    try lines(file).split(separator: "pause", omittingEmptySubsequences: false).map { block in
      block.filter { $0.hasPrefix("say \"") && $0.hasSuffix("\"") }.map { String($0.dropFirst(5).dropLast()) }
    }
  }

  @Test("every file is in the course, in the order of the numbers, and tells what it is about")
  func table() throws {
    #expect(Lesson.all.map(\.file) == Self.files.map { "lessons/" + $0 } && Lesson.all.count >= 12)
    #expect(Lesson.all.map(\.number) == Array(1...Lesson.all.count))
    #expect(Set(Lesson.all.map(\.title)).count == Lesson.all.count)
    for (lesson, file) in zip(Lesson.all, Self.files) {
      #expect(lesson.text == (try lines(file)).joined(separator: "\n"), "\(file): another text was built in")
      for line in [lesson.title, lesson.question, lesson.learns] {
        #expect(!line.isEmpty && line.count < 110, "\(file): '\(line)'")
      }
      #expect(lesson.question.hasSuffix("?"), "\(file)")
    }
  }

  @Test("a lesson holds what it says whatever was set before, and is done then", arguments: Lesson.all.map(\.name))
  func plays(name: String) {
    let sitting = Sitting(
      "set dtype float16; set optimizer adam; set momentum 0.5; set lr 3; set max_grad_norm 0.001",
      "set gradient_accumulation_steps 3; set use_dora on; model mlp 4 4 4; loss mse reduction=sum; hook all; step",
      "select 2.lora_B")
    #expect(sitting.type("lessons play \(name)") == .finished, "\(sitting.failures.map(\.message))")
    #expect(sitting.interpreter.failedExpectations == 0, "\(sitting.text)")
    let held = sitting.messages.filter {
      if case .expectation(let expectation) = $0 { expectation.holds } else { false }
    }
    #expect(held.count >= 4)
    #expect(sitting.text.hasSuffix("'lessons next' plays the next."))
    sitting.type("lessons \(name)")
    #expect(sitting.text.contains("(done)"))
  }

  @Test("a lesson asks, waits for an answer, and can be read at 80x24", arguments: files)
  func readable(file: String) throws {
    let blocks = try blocks(file)
    // The question ends its block, so that the reader's answer comes before the lesson's.
    #expect(blocks.dropLast().contains { $0.joined(separator: " ").contains(/Question( \d)?: .*\?/) })
    #expect(blocks.last?.contains { $0.contains("Question") } == false)
    for line in blocks.joined() { #expect(line.count <= 76, "\(line)") }
    for block in blocks { #expect(block.count <= 6, "\(block)") }
    #expect(try lines(file).filter { $0.hasPrefix("expect ") }.count >= 4)
    // What was set before does not reach into it.
    #expect(try lines(file).first { !$0.hasPrefix("#") && !$0.isEmpty } == "new")
  }

  @Test(
    "what comes between two pauses can be seen at once at 80x24",
    arguments: ["tour"] + Lesson.all.map { "lessons play " + $0.name })
  func fitsTheScreen(command: String) {
    let sitting = Sitting()
    sitting.interpreter.isInteractive = true
    sitting.type(command)
    var outcome = Interpreter.Outcome.paused
    while outcome == .paused {
      outcome = sitting.playOn()
      // The commands that a block begins with may leave the screen first.
      let lines = sitting.transcript(columns: 80).drop { $0.hasPrefix("> ") }
      // The ledger in full is longer: a block of its own, and the reader is told before how to scroll.
      if sitting.messages.contains(where: { if case .explanations = $0 { true } else { false } }) {
        #expect(sitting.messages.allSatisfy { if case .said = $0 { false } else { true } })
        continue
      }
      #expect(lines.count <= Sitting.transcriptRows, "\(lines.joined(separator: "\n"))")
    }
    #expect(outcome == .finished)
  }

  @Test("what the reader tries at a pause is put back when the lesson goes on", arguments: Lesson.all.map(\.name))
  func putBack(name: String) {
    let sitting = Sitting()
    sitting.interpreter.isInteractive = true
    var said: [String] = []
    sitting.interpreter.emit = { if let text = TextRenderer(color: false).text($0) { said.append(text) } }
    // More than can be undone came before.
    for _ in 0..<120 { sitting.type("set lr 0.2") }
    sitting.type("lessons play \(name)")
    var outcome = sitting.playOn()
    var pauses = 0
    while outcome == .paused, pauses < 100 {
      pauses += 1
      sitting.type("set lr 7; set seed 3; model linear 5 4; step 2")
      sitting.type("expect 1 == 2")
      sitting.type("no such command")
      sitting.type("step")
      outcome = sitting.playOn()
    }
    #expect(outcome == .finished && pauses > 3)
    #expect(said.last?.contains("is done") == true)
    #expect(sitting.interpreter.failedExpectations == 0 && !sitting.interpreter.isPaused)
    // One Enter too many does not step once more.
    let step = sitting.session.step
    sitting.type("")
    #expect(sitting.session.step == step)
  }

  @Test("a lesson takes the place of the one that waits")
  func replaces() {
    let sitting = Sitting()
    sitting.interpreter.isInteractive = true
    sitting.type("lessons play 1")
    #expect(sitting.playOn() == .paused)
    sitting.type("lessons play adam")
    var outcome = sitting.playOn()
    for _ in 0..<50 where outcome == .paused { outcome = sitting.playOn() }
    #expect(outcome == .finished && !sitting.interpreter.isPaused)
    #expect(sitting.text.hasSuffix("lesson 7 is done; 1 of 14 are. 'lessons next' plays the next."))
  }

  @Test("a lesson with an expectation that fails, or that ends early, is not done")
  func failing() throws {
    let sitting = Sitting()
    let broken = Lesson(2, "b-is-zero", Array("expect 1 == 2\nsay end".utf8))
    sitting.interpreter.isInteractive = true
    try sitting.interpreter.play(broken)
    #expect(sitting.playOn() == .finished)
    sitting.interpreter.isInteractive = false
    #expect(sitting.text.hasSuffix("note: lesson 2 is not done: not all that it expects held"))
    sitting.type("lessons")
    #expect(sitting.text.contains("0 of 14 are done"))
    // What failed before it began is none of its business.
    #expect(sitting.interpreter.failedExpectations == 1)
    sitting.type("lessons play 2")
    #expect(sitting.text.contains("lesson 2 is done"))
    sitting.interpreter.isInteractive = true
    sitting.type("lessons play 3")
    sitting.interpreter.film = nil
    sitting.type("lessons")
    #expect(sitting.text.contains("1 of 14 are done"))
  }

  @Test("a word that is no lesson is told of, with the nearest one")
  func unknown() {
    let sitting = Sitting("lessons play cliping")
    #expect(sitting.failures.map(\.message) == ["no lesson 'cliping'; did you mean 'clipping'? ('lessons' lists them)"])
    #expect(sitting.failures.first?.column == 14)
    for (line, text) in [
      ("lessons 15", "there is no lesson 15; they are numbered from 1 to 14"), ("lessons 0", "there is no lesson 0"),
      ("lessons r", "'r' is ambiguous: rslora, real-adapter"), ("lessons play", "play which lesson?"),
      ("lessons adam 3", "write: lessons NAME, or: lessons play NAME"), ("lessons play 1 2", "one word too many"),
    ] {
      sitting.type(line)
      #expect(sitting.failures.first?.message.contains(text) == true, "\(line): \(sitting.failures.map(\.message))")
    }
    sitting.type("lessons tang")
    #expect(sitting.text.hasPrefix("11 tangent-space: The tangent space\n"))
  }

  @Test("Tab offers the forms, then the lessons")
  func completion() {
    let session = Sitting().session
    #expect(complete("lessons ", at: 8, in: session).candidates.count == Lesson.all.count + 3)
    #expect(complete("lessons play ad", at: 15, in: session).candidates.map(\.text) == ["adam"])
    #expect(complete("lessons next ", at: 13, in: session).candidates.isEmpty)
  }
}
