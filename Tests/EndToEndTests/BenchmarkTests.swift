import Foundation
import TestSupport
import Testing

@Suite("The benchmark")
struct BenchmarkTests {
  private struct Row: Decodable {
    struct Mode: Decodable {
      let median: Double
      let peak: Double
    }
    let name: String
    let bare: Mode
    let observed: Mode
  }

  private func run(_ arguments: [String]) throws -> Child.Result {
    try Child([Program.built("lorascope-bench")] + arguments, environment: [:]).wait()
  }

  @Test("it measures both modes of a case, in processes of their own")
  func row() throws {
    let result = try run(["--case", "linear-16", "--steps", "3", "--rounds", "2", "--json"])
    #expect(result.status == 0 && result.errors == "")
    let row = try JSONDecoder().decode(Row.self, from: Data(result.output.utf8))
    #expect(row.name == "linear-16")
    for mode in [row.bare, row.observed] { #expect(mode.median > 0 && mode.peak > 1) }
  }

  @Test("mistakes get one line that names them, and status 2")
  func mistakes() throws {
    for (arguments, message) in [
      (["--case", "linear"], "there is no case 'linear'; --list names them"),
      (["--steps", "none"], "--steps takes a number, not 'none'"),
      (["--threads"], "--threads needs a value; see --help"),
    ] {
      let result = try run(arguments)
      #expect(result.status == 2 && result.output == "")
      #expect(result.errors == "lorascope-bench: \(message)\n")
    }
  }
}
