import Commands
import Debugger
import Foundation
import TestSupport
import Testing

@Suite("Saving and replaying")
struct RecordingTests {
  private static let opening = "model linear 6 5; set r 2; set lr 0.1; set momentum 0.9; hook all"

  /// A session that goes to and fro, saved.
  private func saved(_ folder: TemporaryFolder, _ lines: [String]) throws -> (path: String, sitting: Sitting) {
    let sitting = Sitting(Self.opening)
    for line in lines { #expect(sitting.type(line) == .finished, "\(line): \(sitting.text)") }
    let path = folder.file("a.session")
    #expect(sitting.type("save \(path)") == .finished, "\(sitting.text)")
    return (path, sitting)
  }

  private func replay(_ path: String) -> Sitting { Sitting("replay '\(path)'") }

  private func report(_ sitting: Sitting) throws -> ReplayReport {
    try #require(
      sitting.messages.compactMap { if case .replay(let report) = $0, report.isOver { report } else { nil } }.last)
  }

  @Test("a saved session replays to the same bits, twice")
  func identical() throws {
    let folder = try TemporaryFolder()
    let lines = [
      "step 3", "back 2", "set lr 0.5", "step 2", "undo", "step", "event 7", "branch mine", "finish", "expect loss > 0",
      "set $kept = loss", "watch loss", "step", "goto 1:3", "until step > 4", "break at loss", "continue 2",
    ]
    let (path, sitting) = try saved(folder, lines)
    for _ in 0..<2 {
      let again = replay(path)
      let report = try report(again)
      #expect(again.session.digest == sitting.session.digest)
      #expect(report.holds && report.identical == sitting.interpreter.log.notes.count && report.identical > 8)
      #expect(again.interpreter.failedExpectations == 0)
      #expect(again.session.fingerprint == sitting.session.fingerprint)
    }
  }

  @Test("what the replay did can be saved again, to the same file")
  func savedAgain() throws {
    let folder = try TemporaryFolder()
    let (path, _) = try saved(folder, ["step 3", "back", "lr 0.2", "step"])
    let again = replay(path)
    #expect(again.type("save \(folder.file("b.session"))") == .finished)
    #expect(
      try String(contentsOfFile: folder.file("b.session"), encoding: .utf8)
        == String(contentsOfFile: path, encoding: .utf8))
  }

  @Test(
    "a recording that does not hold is a failed expectation, told with its step",
    arguments: [
      ("set lr 0.1", "set lr 0.11", "step 1"), ("step 3", "step 2", "not taken"),
      ("set seed 3", "set seed 4", "step 1"),
      ("digest 2 2 ", "digest 2 3 ", "step 2"),
    ])
  func different(old: String, new: String, said: String) throws {
    let folder = try TemporaryFolder()
    let (path, _) = try saved(folder, ["set seed 3", "step 3"])
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains(old))
    try folder.write("a.session", text.replacing(old, with: new))
    let again = replay(path)
    #expect(again.interpreter.failedExpectations > 0 && again.text.contains(said), "\(again.text)")
    #expect(try !report(again).holds)
  }

  @Test("on another machine loss and norm decide, within a stated tolerance", arguments: [1e-5, 1e-1])
  func otherMachine(error: Double) throws {
    let folder = try TemporaryFolder()
    let (path, sitting) = try saved(folder, ["step 3"])
    let digest = try #require(sitting.session.stateDigest)
    let loss = try #require(digest.loss)
    let other = StateDigest(step: 3, hash: ~digest.hash, loss: loss * (1 + error), norm: digest.norm)
    let text = try String(contentsOfFile: path, encoding: .utf8).replacing(digest.text, with: other.text)
    #expect(text.contains(other.text))
    // The same bits are asked for here ...
    try folder.write("a.session", text)
    #expect(try report(replay(path)).different == 1)
    // ... and not there.
    try folder.write("a.session", text.replacing(/# machine .*/, with: "# machine PDP-11"))
    let there = replay(path)
    let result = try report(there)
    #expect(result.near == (error < StateDigest.tolerance ? 1 : 0) && result.holds == (error < StateDigest.tolerance))
    #expect(there.text.contains(error < StateDigest.tolerance ? "0.001" : "FAILED"))
  }

  @Test("an interrupted run is saved as what it came to")
  func interrupted() throws {
    let folder = try TemporaryFolder()
    let sitting = Sitting(Self.opening, "step", "break at loss")
    for events in [3, 40, 111] {
      sitting.interruptAfter(events)
      #expect(sitting.type("continue 1000") == .interrupted)
    }
    sitting.interpreter.isInterrupted = { false }
    #expect(sitting.type("save \(folder.file("a.session"))") == .finished)
    let again = replay(folder.file("a.session"))
    #expect(again.interpreter.failedExpectations == 0)
    #expect(again.session.fingerprint == sitting.session.fingerprint)
    #expect(again.session.whereabouts == sitting.session.whereabouts && sitting.session.isInsideStep)
    #expect(again.session.stopList.breakpoints.map(\.hits) == sitting.session.stopList.breakpoints.map(\.hits))
  }

  @Test("commands that failed, and scripts that were sourced, are not in it; their commands are")
  func flattened() throws {
    let folder = try TemporaryFolder()
    let script = try folder.write("s.session", "step\nset lr 0.3; step 2\nsay \"a; b # c\"\n")
    let (path, sitting) = try saved(folder, ["step", "source \(script)"])
    #expect(sitting.type("step nonsense") == .failed)
    #expect(sitting.type("save \(path)") == .finished)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(!text.contains("source") && !text.contains("nonsense"))
    #expect(text.hasSuffix("step\nstep\nset lr 0.3\nstep 2\nsay \"a; b # c\"\n"))
    #expect(try report(replay(path)).identical == 4)
  }

  @Test("of a long run some digests are kept, the last one always")
  func longRun() throws {
    let folder = try TemporaryFolder()
    let (path, sitting) = try saved(folder, ["lr 0.001", "step 1234"])
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let digests = text.split(separator: "\n").filter { $0.hasPrefix("# digest") }
    #expect(digests.count == 100 + 11 + 1 && digests.last?.hasPrefix("# digest 1234 1234 ") == true)
    let again = replay(path)
    #expect(try report(again).identical == digests.count && again.session.digest == sitting.session.digest)
  }

  @Test("where millions of numbers are trained, every tenth step's digest is kept, and the last one")
  func dear() throws {
    let sitting = Sitting(
      "model linear 1024 1100", "set target_modules none", "data regression batch=1 batches=1", "step 12")
    #expect(sitting.interpreter.log.notes.map(\.ordinal) == [10, 12])
  }

  @Test("record keeps its file in step with the session until it is stopped")
  func record() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("r.session")
    let sitting = Sitting(Self.opening, "record \(path)")
    for _ in 0..<3 {
      sitting.type("step")
      #expect(replay(path).session.digest == sitting.session.digest)
    }
    sitting.type("undo")
    #expect(replay(path).session.digest == sitting.session.digest)
    #expect(sitting.type("record stop") == .finished && sitting.text.contains(path))
    sitting.type("step 5")
    #expect(replay(path).session.step == 2)
    #expect(sitting.type("record stop") == .failed)
    #expect(sitting.type("record \(folder.path)/no/r.session") == .failed && sitting.text.contains("cannot write"))
  }

  @Test("a recording whose file goes away ends with a warning, and the session goes on")
  func recordingLost() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.file("d"), withIntermediateDirectories: true)
    let sitting = Sitting(Self.opening, "record \(folder.file("d/r.session"))")
    try FileManager.default.removeItem(atPath: folder.file("d"))
    #expect(sitting.type("step") == .finished && sitting.text.contains("recording has ended"))
    #expect(sitting.type("step") == .finished && !sitting.text.contains("recording"))
  }

  @Test("a digest that cannot be read is an error with its place, and the session stays")
  func damagedHeader() throws {
    let folder = try TemporaryFolder()
    let (path, sitting) = try saved(folder, ["step 2"])
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for damage in ["digest 1 1 zz", "digest 0 1 ", "digest 1", "digest 1 1 0123456789abcdef loss x norm 1"] {
      try folder.write("a.session", text.replacing(/digest 1 1 .*/, with: damage))
      let before = sitting.session.fingerprint
      #expect(sitting.type("replay \(path)") == .failed && sitting.text.contains("a.session:8"), "\(sitting.text)")
      #expect(sitting.session.fingerprint == before)
    }
  }

  @Test("a script written by hand is replayed without digests; one that fails fails")
  func byHand() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("h.session", "model linear 3 2\nstep\nexpect loss > 0\n")
    #expect(try !report(replayKeeping(path)).isVerified)
    try folder.write("h.session", "model linear 3 2\nstep\nnonsense\nstep\n")
    let sitting = Sitting()
    #expect(sitting.type("replay \(path); step 7") == .failed)
    #expect(sitting.failures.count == 1 && sitting.failures[0].file == path && sitting.failures[0].lineNumber == 3)
    #expect(sitting.session.step == 1)
    try folder.write("h.session", "replay \(path)\n")
    #expect(sitting.type("replay \(path)") == .failed && sitting.text.contains("being played"))
  }

  private func replayKeeping(_ path: String) -> Sitting {
    let sitting = Sitting()
    sitting.interpreter.isInteractive = true
    _ = sitting.type("replay \(path)")
    while sitting.interpreter.film != nil { _ = sitting.interpreter.playNext() }
    return sitting
  }

  @Test("sessions of the catalogue replay to the same digests twice", arguments: SessionFileTests.sessions)
  func catalogue(name: String) throws {
    let folder = try TemporaryFolder()
    let first = Sitting(
      "source '\(Fixtures.projectDirectory.path)/sessions/\(name)'", "save \(folder.file("a.session"))")
    let again = replay(folder.file("a.session"))
    let report = try report(again)
    #expect(
      report.holds && report.identical == first.interpreter.log.notes.count && !first.interpreter.log.notes.isEmpty)
    #expect(again.interpreter.log.notes == first.interpreter.log.notes)
  }

  @Test(
    "comments and empty lines of one's own leave the digests in force",
    arguments: [
      "# my title\n\n# lorascope session\n", "# lorascope session\n\n# note\n", "\u{FEFF}# lorascope session\n",
    ])
  func commentedHeader(opening: String) throws {
    let folder = try TemporaryFolder()
    let (path, _) = try saved(folder, ["step 3"])
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try folder.write("a.session", text.replacing("# lorascope session\n", with: opening))
    #expect(try report(replay(path)).identical == 3)
    try folder.write(
      "a.session", text.replacing("# lorascope session\n", with: opening).replacing("lr 0.1", with: "lr 0.2"))
    #expect(try report(replay(path)).different == 3)
  }

  @Test("Ctrl-C stops a script between two commands that take no step")
  func betweenCommands() {
    let sitting = Sitting()
    sitting.interruptAfter(10)
    let text = String(repeating: "say hello\n", count: 100)
    #expect(sitting.interpreter.run(ScriptFrame(name: "a.session", text: text)) == .interrupted)
    #expect(sitting.interpreter.log.commands.count == 10)
  }

  @Test("a recording that a quit cuts off has digests that were not met")
  func quitInside() throws {
    let folder = try TemporaryFolder()
    let (path, _) = try saved(folder, ["step 3"])
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try folder.write("a.session", text.replacing("\nstep 3", with: "\nstep\nquit\nstep 2"))
    let again = replay(path)
    #expect(
      again.interpreter.failedExpectations == 1 && again.text.contains("2 of the recording's steps were not taken"))
  }

  @Test("a pipe and a device are written into, a symbolic link stays one", arguments: ["save", "export"])
  func specialFiles(command: String) throws {
    let folder = try TemporaryFolder()
    let target = try folder.write("real.csv", "")
    try FileManager.default.createSymbolicLink(atPath: folder.file("link.csv"), withDestinationPath: target)
    try FileManager.default.createSymbolicLink(atPath: folder.file("full.csv"), withDestinationPath: "/dev/full")
    #expect(mkfifo(folder.file("pipe.csv"), 0o600) == 0)
    let sitting = Sitting("model linear 3 2; step")
    #expect(sitting.type("\(command) \(folder.file("link.csv"))") == .finished)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link.csv")) == target)
    #expect(try !Data(contentsOf: URL(filePath: target)).isEmpty)
    // Nobody reads the pipe, and nothing can be written to a full device.
    for name in ["pipe.csv", "full.csv"] {
      #expect(sitting.type("\(command) \(folder.file(name))") == .failed && sitting.text.contains("cannot write"))
    }
    let reader = open(folder.file("pipe.csv"), O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    #expect(sitting.type("\(command) \(folder.file("pipe.csv"))") == .finished)
    var bytes = [UInt8](repeating: 0, count: 4096)
    #expect(read(reader, &bytes, bytes.count) > 10)
    #expect(sitting.session.step == 1)
  }
}
