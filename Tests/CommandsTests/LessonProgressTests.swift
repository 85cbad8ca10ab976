import Foundation
import TestSupport
import Testing

@testable import Commands

@Suite("The progress of lessons")
struct LessonProgressTests {
  private func sitting(_ folder: String?) -> Sitting {
    let sitting = Sitting()
    sitting.interpreter.stateFolder = folder
    return sitting
  }

  private func marks(_ sitting: Sitting) -> [String] {
    sitting.type("lessons")
    return sitting.text.split(separator: "\n").filter { $0.hasSuffix("  done") }
      .map { String($0.split(separator: " ")[1]) }
  }

  @Test("what was done is marked, outlives the program, and can be forgotten")
  func outlives() throws {
    let folder = try TemporaryFolder()
    let state = folder.file("state/lorascope")
    let first = sitting(state)
    #expect(marks(first).isEmpty && first.text.contains("0 of 14 are done. 'lessons next' plays 1"))
    first.type("lessons play 3")
    first.type("lessons next")
    #expect(marks(first) == ["hook-gradient", "scaling"])
    #expect(try String(contentsOfFile: state + "/lessons", encoding: .utf8) == "hook-gradient\nscaling\n")

    let second = sitting(state)
    #expect(marks(second) == ["hook-gradient", "scaling"])
    #expect(second.text.contains("2 of 14 are done. 'lessons next' plays 2"))
    second.type("lessons next")
    #expect(marks(second) == ["hook-gradient", "b-is-zero", "scaling"])
    second.type("lessons reset")
    #expect(second.text == "note: no lesson counts as done now")
    #expect(marks(second).isEmpty && marks(sitting(state)).isEmpty)
  }

  @Test("when all are done there is no next one")
  func all() throws {
    let folder = try TemporaryFolder()
    try folder.write("lessons", Lesson.all.map(\.name).joined(separator: "\n"))
    let sitting = sitting(folder.path)
    #expect(marks(sitting).count == Lesson.all.count && sitting.text.contains("'lessons reset' forgets that"))
    sitting.type("lessons next")
    #expect(sitting.failures.first?.message.hasPrefix("all 14 lessons are done") == true)
  }

  @Test("without a folder it lasts as long as the sitting")
  func nowhere() {
    let sitting = sitting(nil)
    sitting.type("lessons next")
    #expect(marks(sitting) == ["hook-gradient"] && marks(self.sitting(nil)).isEmpty)
  }

  @Test("a damaged file costs a note, and what can be read of it counts")
  func damaged() throws {
    let folder = try TemporaryFolder()
    try folder.write("lessons", Data([0xFF, 0x00, 0x0A]) + Data("adam\n\nadam \nno-lesson\r\ndora".utf8))
    let sitting = sitting(folder.path)
    #expect(marks(sitting) == ["adam", "dora"])
    #expect(sitting.text.contains("lines that name no lesson (3); they are passed over"))
    // Writing it mends it.
    sitting.type("lessons play 1")
    #expect(try String(contentsOfFile: folder.file("lessons"), encoding: .utf8) == "hook-gradient\nadam\ndora\n")
    #expect(marks(sitting).count == 3 && !sitting.text.contains("passed over"))
  }

  @Test("a file that cannot be read or written costs a note, and lessons are played all the same")
  func unusable() throws {
    let folder = try TemporaryFolder()
    // Where the file should be is a folder with something in it, and where the folder should be is a file.
    try FileManager.default.createDirectory(atPath: folder.file("lessons/x"), withIntermediateDirectories: true)
    try folder.write("file", "")
    for path in [folder.path, folder.file("file")] {
      let sitting = sitting(path)
      #expect(sitting.type("lessons play 1") == .finished)
      #expect(sitting.text.contains("the progress cannot be written to \(path)/lessons; it counts until you leave"))
      #expect(sitting.text.contains("lesson 1 is done; 1 of 14 are."))
      #expect(marks(sitting) == ["hook-gradient"])
      #expect(sitting.type("lessons next") == .finished)
      #expect(sitting.type("lessons reset") == .finished)
      #expect(marks(sitting).isEmpty)
    }
  }

  @Test("a batch run plays lessons and keeps the progress, too")
  func batch() throws {
    let folder = try TemporaryFolder()
    var output: [String] = []
    func run(_ commands: String) throws -> BatchRun.Status {
      output = []
      let options = try Options(["--batch", "-e", commands])
      let run = BatchRun(options, outputColor: false, errorColor: false) {
        output.append($0)
      } errors: {
        output.append($0)
      }
      return run.run(initFile: nil, stateFolder: folder.path)
    }
    #expect(try run("lessons play 12; lessons play dora") == .success)
    #expect(output.contains { $0.contains("lesson 10 is done; 2 of 14 are.") })
    #expect(try run("lessons") == .success)
    #expect(output.joined().contains("2 of 14 are done. 'lessons next' plays 1"))
    #expect(try run("lessons play nothing") == .failed)
  }
}
