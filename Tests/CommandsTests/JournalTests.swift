import Commands
import Debugger
import Foundation
import TestSupport
import Testing

@Suite("Journal and recovery")
struct JournalTests {
  /// Somebody whose commands are kept in a journal.
  private func sitting(_ folder: TemporaryFolder) -> Sitting {
    let sitting = Sitting()
    sitting.interpreter.stateFolder = folder.path
    sitting.interpreter.journal = Journal(stateFolder: folder.path)
    return sitting
  }

  /// The program ends without a word: a copy of its journal is all that is left.
  private func kill(_ sitting: Sitting, _ folder: TemporaryFolder) throws -> TemporaryFolder {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("journal")).sorted()
    let left = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: left.file("journal"), withIntermediateDirectories: true)
    let last = try #require(names.last)
    try FileManager.default.copyItem(atPath: folder.file("journal/" + last), toPath: left.file("journal/" + last))
    return left
  }

  private func recovered(_ left: TemporaryFolder, _ command: String = "recover") -> Sitting {
    let sitting = Sitting()
    sitting.interpreter.stateFolder = left.path
    sitting.type(command)
    return sitting
  }

  @Test("what was accepted is brought back, what failed or was undone is not; then there is nothing left")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let sitting = sitting(folder)
    for line in ["model linear 4 3; hook all", "step 3", "nonsense", "set lr bad", "back 2", "lr 0.7", "step", "undo"] {
      sitting.type(line)
    }
    sitting.interruptAfter(30)
    sitting.type("step 1000")
    let left = try kill(sitting, folder)
    let again = recovered(left)
    #expect(again.session.digest == sitting.session.digest)
    #expect(again.session.whereabouts == sitting.session.whereabouts)
    #expect(again.text.contains("8 commands brought back"), "\(again.text)")
    #expect(again.type("recover") == .failed && again.text.contains("nothing to recover"))
    #expect(again.type("recover list") == .finished)
  }

  @Test("a journal that is cut off anywhere brings back what stands in it")
  func cutOff() throws {
    let folder = try TemporaryFolder()
    let sitting = sitting(folder)
    let lines = ["model linear 3 2", "set lr 0.5", "step", "step", "back", "step 2"]
    let expected = lines.indices.map { count in
      let part = Sitting()
      for line in lines[...count] { part.type(line) }
      return part.session.digest
    }
    for line in lines { sitting.type(line) }
    let left = try kill(sitting, folder)
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: left.file("journal")).first)
    let whole = try Data(contentsOf: URL(filePath: left.file("journal/" + name)))
    for length in stride(from: 0, through: whole.count, by: 1) {
      try left.write("journal/" + name, whole.prefix(length))
      let text = String(decoding: whole.prefix(length), as: UTF8.self)
      // A command whose beginning is there whole was accepted.
      let begun = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().count { $0.hasPrefix(">") }
      let again = recovered(left)
      guard begun > 0 else { continue }
      #expect(again.session.digest == expected[begun - 1] || again.text.contains("were brought back"), "\(length)")
    }
  }

  @Test("lines typed ahead are brought back, too, and the rest of one that was being run")
  func typedAhead() throws {
    let folder = try TemporaryFolder()
    let journal = Journal(stateFolder: folder.path)
    let sitting = sitting(folder)
    sitting.interpreter.journal = journal
    journal.writeWaiting("model linear 3 2; step; step", isTyped: true)
    journal.writeWaiting("lr 0.25", isTyped: true)
    journal.writeStarted()
    sitting.type("model linear 3 2; step")
    let again = recovered(try kill(sitting, folder))
    #expect(again.session.step == 2 && again.session.configuration.training.lr == 0.25)
    sitting.type("step")
    journal.writeTaken()
    #expect(recovered(try kill(sitting, folder)).session.step == 2)
    journal.writeStarted()
    sitting.type("lr 0.5")
    #expect(recovered(try kill(sitting, folder)).session.configuration.training.lr == 0.5)
  }

  @Test("a command that ended the program twice is named, not run a third time")
  func retried() throws {
    let left = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: left.file("journal"), withIntermediateDirectories: true)
    let text = ">model linear 3 2\n=\n>step 4\n"
    try left.write("journal/5-1-0.journal", text + "t\n")
    let again = recovered(left)
    #expect(again.session.step == 0 && again.text.contains("not run again") && again.text.contains("step 4"))
    try left.write("journal/5-1-0.journal", text)
    #expect(recovered(left).session.step == 4)
  }

  @Test("files are found where they were, and are not written a second time")
  func files() throws {
    let folder = try TemporaryFolder()
    let sitting = sitting(folder)
    let script = try folder.write(
      "s.session", "model linear 3 2\nstep\nsave weights \(folder.file("w.safetensors"))\nstep\n")
    sitting.type("source \(script)")
    let left = try kill(sitting, folder)
    try FileManager.default.removeItem(atPath: folder.file("w.safetensors"))
    try FileManager.default.removeItem(atPath: script)
    #expect(recovered(left).session.digest == sitting.session.digest)
    #expect(!FileManager.default.fileExists(atPath: folder.file("w.safetensors")))
  }

  @Test("what can no longer be done is told, what came before it is there, and the journal is kept")
  func partly() throws {
    let folder = try TemporaryFolder()
    let sitting = sitting(folder)
    sitting.type("model linear 3 2; step 2; save weights \(folder.file("w.safetensors"))")
    sitting.type("load weights \(folder.file("w.safetensors"))")
    sitting.type("step")
    let left = try kill(sitting, folder)
    try FileManager.default.removeItem(atPath: folder.file("w.safetensors"))
    let again = recovered(left)
    #expect(again.session.step == 2 && again.text.contains("3 of 5 commands") && again.text.contains("w.safetensors"))
    #expect(again.type("recover list") == .finished && again.text.contains("step"))
    #expect(again.type("recover forget") == .finished && again.type("recover") == .failed)
  }

  @Test("the offer names only sessions that were typed and not ended")
  func offer() throws {
    let folder = try TemporaryFolder()
    let journal = Journal(stateFolder: folder.path)
    let sitting = sitting(folder)
    sitting.interpreter.journal = journal
    sitting.type("model linear 3 2")
    let before = try kill(sitting, folder)
    #expect(recovered(before, "recover list").interpreter.recoveryOffer() == nil)
    journal.writeWaiting("step", isTyped: true)
    journal.writeStarted()
    sitting.type("step")
    journal.writeTaken()
    let after = try kill(sitting, folder)
    let offer = recovered(after, "recover list").interpreter.recoveryOffer()
    #expect(offer?.contains("2 commands") == true && offer?.contains("'recover'") == true)
    // While the program lives, nobody else takes its journal.
    #expect(recovered(folder, "recover list").interpreter.recoveryOffer() == nil)
    journal.discard()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("journal")).isEmpty)
  }

  @Test("a folder that cannot be written to is told of once, and everything goes on")
  func unwritable() throws {
    let folder = try TemporaryFolder()
    try folder.write("journal", "a file where a folder should be")
    let sitting = sitting(folder)
    #expect(sitting.type("model linear 3 2") == .finished && sitting.text.contains("no journal is kept"))
    #expect(sitting.type("step") == .finished && !sitting.text.contains("journal"))
    #expect(sitting.type("recover") == .failed && sitting.text.contains("nothing to recover"))
  }

  @Test("nonsense in a journal is passed over", arguments: 0..<40)
  func nonsense(seed: Int) throws {
    let left = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: left.file("journal"), withIntermediateDirectories: true)
    var random = SplitMix64(seed: 11, stream: seed)
    let pieces = [
      ">", "=", "!", "~", "<", "?", "*", ".", "r", "d", "step", "model linear 2 2", "\n", "\n", "-1", "9", "\u{0}", "é",
    ]
    let text = (0..<60).map { _ in random.pick(pieces) }.joined()
    try left.write("journal/x.journal", Data(text.utf8) + Data([0xFF, 0x0A]))
    let again = recovered(left)
    #expect(again.type("recover list") == .finished)
    #expect(again.type("print 1 + 1") == .finished)
  }

  @Test("what expect_error tries leaves the journals alone")
  func probe() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.file("journal"), withIntermediateDirectories: true)
    try folder.write("journal/5-1-0.journal", ">model linear 3 2\n=\n")
    let script = try folder.write("s.session", "model linear 2 2")
    let sitting = sitting(folder)
    sitting.type("model linear 4 3; hook all; step")
    sitting.type("expect_error x recover; expect_error x replay \(script)")
    sitting.type("step")
    #expect(FileManager.default.fileExists(atPath: folder.file("journal/5-1-0.journal")))
    try FileManager.default.removeItem(atPath: folder.file("journal/5-1-0.journal"))
    #expect(recovered(try kill(sitting, folder)).session.digest == sitting.session.digest)
  }

  @Test("lines typed behind one that begins another session go over to its journal")
  func typedAheadOfReplay() throws {
    let folder = try TemporaryFolder()
    let script = try folder.write("s.session", "model linear 2 2\nstep")
    let journal = Journal(stateFolder: folder.path)
    let sitting = sitting(folder)
    sitting.interpreter.journal = journal
    for line in ["model linear 4 3; step 4", "replay \(script)", "lr 0.25", "step 2"] {
      journal.writeWaiting(line, isTyped: true)
    }
    journal.writeStarted()
    sitting.type("model linear 4 3; step 4")
    journal.writeTaken()
    journal.writeStarted()
    sitting.type("replay \(script)")
    let now = recovered(try kill(sitting, folder))
    #expect(now.session.step == 3 && now.session.configuration.training.lr == 0.25)
    journal.writeTaken()
    journal.writeStarted()
    sitting.type("lr 0.25")
    journal.writeTaken()
    #expect(recovered(try kill(sitting, folder)).session.fingerprint == now.session.fingerprint)
    // The one before ends with what had come about in it.
    #expect(sitting.type("recover 1") == .finished && sitting.session.step == 4)
  }

  private func left(_ text: String) throws -> TemporaryFolder {
    let left = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: left.file("journal"), withIntermediateDirectories: true)
    try left.write("journal/5-1-0.journal", text)
    return left
  }

  @Test("a program killed at the beginning of recover leaves nothing that would run recover in recover")
  func killedInRecover() throws {
    let left = try left(">model linear 3 2\n=\n")
    try left.write("journal/6-1-0.journal", "?recover\n*\n")
    let again = recovered(left)
    #expect(again.session.configuration.model != nil)
    #expect(again.type("recover list") == .finished && again.text.contains("nothing"))
  }

  @Test(
    "of lines that waited, mistakes are told and files are not written",
    arguments: [
      "save weights FOLDER/w.safetensors; lr 0.25", "nonsense\n?lr 0.25", "lr 0.5\r\n?lr 0.25", "\u{301}x\n?lr 0.25",
    ])
  func waiting(line: String) throws {
    let left = try left("")
    let text = ">model linear 3 2\n=\n?\(line.replacing("FOLDER", with: left.path))\n?step\n"
    try left.write("journal/5-1-0.journal", text)
    let again = recovered(left)
    #expect(again.session.step == 1 && again.session.configuration.training.lr == 0.25)
    #expect(!FileManager.default.fileExists(atPath: left.file("w.safetensors")))
    #expect(again.text.contains("nonsense") == line.contains("nonsense"))
  }

  @Test("only the newest journals are kept, and empty ones are not; a young one may be another program's")
  func clearedAway() throws {
    let left = try left("")
    for number in 100..<130 { try left.write("journal/\(number)-1-0.journal", "?step\n") }
    try left.write("journal/\(time(nil))-1-0.journal", "=\n")
    #expect(recovered(left, "recover list").interpreter.recoveryOffer() != nil)
    let names = try FileManager.default.contentsOfDirectory(atPath: left.file("journal")).sorted()
    #expect(names.count == 21 && names.contains("129-1-0.journal") && !names.contains("109-1-0.journal"))
  }

  @Test("it is for its owner's eyes")
  func modes() throws {
    let folder = try TemporaryFolder()
    sitting(folder).type("model linear 3 2")
    func mode(_ path: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.file("journal")).first)
    #expect(try mode(folder.file("journal")) == 0o700 && mode(folder.file("journal/" + name)) == 0o600)
  }

  @Test("two programs that would give their journals one name have one each")
  func sameName() throws {
    let folder = try TemporaryFolder()
    // Another container may have the same numbers of processes.
    let (first, second) = (Journal(stateFolder: folder.path), Journal(stateFolder: folder.path))
    first.writeWaiting("step 1", isTyped: true)
    second.writeWaiting("step 2", isTyped: true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("journal")).count == 2)
  }

  @Test("a program killed in recover leaves the journal that it read, not a part of it")
  func killedWhileCopying() throws {
    let left = try left("")
    // Older than what recover writes.
    try left.write("journal/0-1-0.journal", ">model linear 3 2\n=\n>step\n=\n>step\n=\n")
    try FileManager.default.removeItem(atPath: left.file("journal/5-1-0.journal"))
    let sitting = sitting(left)
    var copies: [TemporaryFolder] = []
    sitting.interpreter.progress = { _, _ in if let copy = try? self.kill(sitting, left) { copies.append(copy) } }
    sitting.type("recover")
    #expect(sitting.session.step == 2 && copies.count > 3)
    for copy in copies { #expect(recovered(copy).text.contains("nothing to recover")) }
    sitting.type("lr 0.25")
    #expect(recovered(try kill(sitting, left)).session.digest == sitting.session.digest)
  }
}
