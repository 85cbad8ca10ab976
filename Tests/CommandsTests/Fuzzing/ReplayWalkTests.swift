import Commands
import Debugger
import TestSupport
import Testing

@Suite("Fuzzing replays") struct ReplayWalkTests {
  @Test("a random walk of a thousand commands, saved and replayed, ends in the same state", arguments: [1, 2, 8])
  func walk(number: Int) throws {
    let folder = try TemporaryFolder()
    let world = try FuzzWorld.all(in: folder)[number]
    let sitting = FuzzSitting(world, isInteractive: false, folder: folder.path)
    // What the session was after so many commands.
    var digests: [Int: Int] = [:]
    var typed = 0
    while sitting.interpreter.log.commands.count < 1000, typed < 20_000 {
      var random = SplitMix64(seed: 29, stream: number << 32 + typed)
      typed += 1
      sitting.enter(sitting.line(&random))
      digests[sitting.interpreter.log.commands.count] = sitting.interpreter.session.digest
    }
    var walked = sitting.interpreter
    walked.isInterrupted = { false }
    #expect(walked.log.commands.count >= 1000)
    #expect(walked.enter("save \(folder.file("walk.session"))") == .finished)

    var again = Interpreter()
    var failures: [Message.Failure] = []
    again.emit = { if case .failure(let failure) = $0 { failures.append(failure) } }
    let text = try ScriptFrame.read(folder.file("walk.session"))
    #expect(again.open(name: "walk.session", text: text) == .finished)
    while let film = again.film {
      let outcome = again.playNext()
      try #require(outcome == .finished || outcome == .paused, "\(film.position): \(film.next ?? "") \(failures)")
      guard let expected = digests[film.position + 1] else { continue }
      try #require(again.session.digest == expected, "\(film.position): \(film.next ?? "")")
    }
    #expect(again.log.commands == walked.log.commands)
    // As texts, because NaN is not equal to itself.
    #expect(again.log.notes.map(\.digest.text) == walked.log.notes.map(\.digest.text))
    #expect(again.failedExpectations == walked.failedExpectations)
  }
}
