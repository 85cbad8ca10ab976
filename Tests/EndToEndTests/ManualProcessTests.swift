import Foundation
import TestSupport
import Testing

/// What is printed for other programs is what those programs take.
@Suite("The man page and the shells' completions")
struct ManualProcessTests {
  private static func has(_ program: String) -> Bool { FileManager.default.isExecutableFile(atPath: program) }

  private func printed(_ arguments: String...) throws -> String {
    let result = try Program.run(arguments)
    #expect(result.status == 0 && result.errors.isEmpty)
    return result.output
  }

  @Test("groff has nothing to warn of", .enabled(if: has("/usr/bin/groff")), arguments: ["60", "78", "200"])
  func roff(width: String) throws {
    let page = try printed("--man")
    let result = try Child(
      ["/usr/bin/groff", "-man", "-ww", "-Tascii", "-P-c", "-P-b", "-P-u", "-rLL=\(width)n"], input: page,
      environment: [:]
    ).wait()
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    #expect(result.output.contains("lorascope") && result.output.contains("EXIT STATUS"))
  }

  @Test(
    "bash completes options, their values and files",
    arguments: [
      ("--co", "--color --completions"), ("--color a", "auto always"), ("--color = n", "never"),
      ("--color =", "auto always never"),
      ("--completions z", "zsh"), ("-e x", ""), ("--batch FOLDER/on", "FOLDER/one.session"),
    ])
  func bash(typed: String, expected: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("one.session", "")
    let script = try folder.write("completions", try printed("--completions", "bash"))
    let words = typed.replacing("FOLDER", with: folder.path)
    let result = try Child(
      [
        "/bin/bash", "-c",
        """
        source \(script); compopt() { :; }
        COMP_WORDS=(lorascope \(words)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _lorascope; echo "${COMPREPLY[*]}"
        """,
      ], environment: ["PATH": "/usr/bin:/bin"]
    ).wait()
    #expect(result.output == expected.replacing("FOLDER", with: folder.path) + "\n" && result.errors.isEmpty)
  }

  @Test("zsh and fish can read theirs", arguments: ["zsh", "fish"].filter { has("/usr/bin/\($0)") })
  func others(shell: String) throws {
    let folder = try TemporaryFolder()
    let script = try folder.write("completions", try printed("--completions", shell))
    let result = try Child(
      ["/usr/bin/\(shell)", "-n", script], environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path]
    ).wait()
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
  }
}
