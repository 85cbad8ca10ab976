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
    let commands = try project("README.md").split(separator: "\n").filter { $0.hasPrefix("    apt-get ") }
    #expect(commands.count == 2 && commands[1].hasSuffix("swift test"))
    let lines = try project(".ci/run").split(separator: "\n")
    #expect(lines.contains(commands[1].dropFirst(4)))
  }

  @Test("the README's functions are the program's")
  func functions() throws {
    let text = try project("README.md")
    for function in ExpressionFunction.all { #expect(text.contains("`" + function.name), "\(function.name)") }
  }
}
