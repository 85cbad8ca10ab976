import Commands
import Debugger
import Foundation
import TestSupport
import Testing

@Suite("Saved sessions and the README")
struct SessionFileTests {
  static let sessions =
    FileManager.default.enumerator(atPath: Fixtures.projectDirectory.path + "/sessions")?
    .compactMap { $0 as? String }.filter { $0.hasSuffix(".session") }.sorted() ?? []

  @Test("every session in sessions/ holds what it claims", arguments: sessions)
  func plays(name: String) throws {
    let interpreter = Sitting()
    let script = try ScriptFrame(path: Fixtures.projectDirectory.path + "/sessions/" + name)
    #expect(interpreter.interpreter.run(script) == .finished)
    #expect(interpreter.interpreter.failedExpectations == 0)
  }

  @Test("the tour that is compiled in is the one in sessions/")
  func tour() throws {
    let text = try String(
      contentsOf: Fixtures.projectDirectory.appending(path: "sessions/peft-1893.session"), encoding: .utf8)
    #expect(BuiltInTour.text == text)
    #expect(Self.sessions.contains("peft-1893.session"))
  }

  @Test("no line of a session is too wide for 80 columns to read")
  func width() throws {
    for name in Self.sessions {
      let text = try String(contentsOfFile: Fixtures.projectDirectory.path + "/sessions/" + name, encoding: .utf8)
      for line in text.split(separator: "\n") where line.hasPrefix("say ") { #expect(line.count <= 86, "\(line)") }
    }
  }

  private func project(_ name: String) throws -> String {
    try String(contentsOf: Fixtures.projectDirectory.appending(path: name), encoding: .utf8)
  }

  @Test("the README's table of commands is the program's")
  func readme() throws {
    #expect(try project("README.md").contains(Command.markdownTable))
  }

  @Test("CI runs the README's test command as it stands there")
  func testCommand() throws {
    let readme = try project("README.md").split(separator: "\n", omittingEmptySubsequences: false)
    let first = try #require(readme.lastIndex { $0.hasPrefix("    apt-get ") })
    let command = readme[first...].prefix { $0.hasPrefix("    ") }.map { $0.dropFirst(4) }.joined(separator: "\n")
    #expect(command.hasSuffix("swift test"))
    #expect(try project(".ci/run").contains("\n\(command)\n"))
  }

  @Test("the README's code fits 100 columns, and what it links to is there")
  func readmeLayout() throws {
    let text = try project("README.md")
    for line in text.split(separator: "\n") where line.hasPrefix("    ") { #expect(line.count <= 100, "\(line)") }
    for link in text.matches(of: #/\]\(([^)]+)\)/#).map(\.1) where !link.hasPrefix("http") {
      let path = Fixtures.projectDirectory.appending(path: String(link)).path
      #expect(FileManager.default.fileExists(atPath: path), "\(link)")
    }
  }

  @Test("the README's examples can be typed as they stand, and show what it says they show")
  func readmeExamples() throws {
    let lines = try project("README.md").split(separator: "\n", omittingEmptySubsequences: false)
    let sitting = Sitting()
    var (typed, said, shown) = (0, "", "")
    func check() {
      let (answer, promise) = (words(said), words(shown))
      #expect(promise.isEmpty || answer.contains(promise), "\(said)")
      (said, shown) = ("", "")
    }
    for line in lines {
      if let command = line.firstMatch(of: #/^    \(lorascope\) (.+)/#)?.1 {
        check()
        // These need files, or write some.
        if command.contains(#/^(load|data text|record|save|export) /#) { continue }
        #expect(sitting.type(String(command)) == .finished, "\(command): \(sitting.text)")
        said = sitting.text
        typed += 1
      } else if line.hasPrefix("    "), !said.isEmpty {
        shown += line + "\n"
      } else {
        check()
      }
    }
    #expect(typed > 30 && sitting.interpreter.failedExpectations == 0)
  }

  private func words(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

  @Test("the README's functions are the program's")
  func functions() throws {
    let text = try project("README.md")
    for function in ExpressionFunction.all { #expect(text.contains("`" + function.name), "\(function.name)") }
  }
}
