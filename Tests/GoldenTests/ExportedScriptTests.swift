import Debugger
import Foundation
import TestSupport
import Testing
import Training

@testable import Commands

/// `export FILE.py`. torch and peft have run every script of the catalogue (Fixtures/export_py_check.py): what they
/// printed is in Fixtures/export_py, and some of the scripts.
@Suite("Exported scripts")
struct ExportedScriptTests {
  private static let printed = Fixtures.names(in: "export_py").filter {
    $0.hasSuffix(".txt") && !$0.hasSuffix(".py.txt")
  }
  .map { String($0.dropLast(4)) }
  private static let whole = Fixtures.names(in: "export_py").filter { $0.hasSuffix(".py.txt") }
    .map { String($0.dropLast(7)) }
  private static let sessions = Dictionary(
    uniqueKeysWithValues: [
      Fixtures.projectDirectory.appending(path: "sessions"),
      Fixtures.projectDirectory.appending(path: "sessions/causes"),
      Fixtures.directory.appending(path: "export_py/sessions"),
    ].flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
        .filter { $0.hasSuffix(".session") }.map { (String($0.dropLast(8)), folder.appending(path: $0)) }
    })

  /// A session before each new model and at its end: where a training is over, or a step would fail. The rule is
  /// export_py_check.py's.
  private static func moments(_ name: String) throws -> [(session: Session, isStuck: Bool)] {
    let file = try #require(sessions[name])
    var interpreter = Interpreter()
    var (found, hasSteps): ([(Session, Bool)], Bool) = ([], false)
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
    for line in lines + ["model "] {
      let isStuck = ["set merged off", "set adapters on"].contains(line)
      if isStuck || (hasSteps && line.hasPrefix("model ")) {
        found.append((interpreter.session, isStuck))
        hasSteps = false
      }
      if line == "model " { break }
      hasSteps = hasSteps || line.firstMatch(of: /(^|; *)step/) != nil
      try #require(interpreter.enter(line) == .finished, "\(name): \(line)")
    }
    return found
  }

  /// The moment that a kept file is about: `NAME`, or `NAME-2` where a session has several.
  private static func moment(_ part: String) throws -> (session: Session, isStuck: Bool) {
    if sessions[part] != nil { return try #require(try moments(part).first) }
    let dash = try #require(part.lastIndex(of: "-"))
    let number = try #require(Int(part[part.index(after: dash)...]))
    return try moments(String(part[..<dash]))[number - 1]
  }

  /// One row of what a script prints.
  private struct Row {
    let step: Int
    let parameter: String
    let hook: String
    let c: Double?
    let verdict: String
  }

  private static func rows(_ text: String) -> [Row] {
    var (rows, step): ([Row], Int?) = ([], nil)
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if words.first == "step" {
        step = Int(words[1])
      } else if let step, words.count == 8, words[0] != "parameter", words[0] != "hook" {
        rows.append(Row(step: step, parameter: words[0], hook: words[1], c: Double(words[2]), verdict: words[7]))
      }
    }
    return rows
  }

  @Test("every session of the catalogue has scripts that torch has run")
  func coverage() throws {
    for name in Self.sessions.keys {
      let count = try Self.moments(name).count
      let parts = count == 1 ? [name] : (1...count).map { "\(name)-\($0)" }
      #expect(parts.allSatisfy(Self.printed.contains), "\(name)")
    }
    #expect(Self.sessions.count > 55 && Self.printed.count >= 75)
  }

  @Test("what a script prints under torch is what the session has", arguments: printed)
  func numbers(part: String) throws {
    let text = try Fixtures.text("export_py/\(part).txt")
    let (session, isStuck) = try Self.moment(part)
    if isStuck {
      #expect(text.contains("a step fails now: element 0 of tensors does not require grad"))
      return
    }
    let rows = Self.rows(text)
    let first = try #require(rows.first).step
    var wanted = 0
    for record in session.records where record.step >= first {
      let names = record.plan.graph.parameters
      for parameter in record.parameters {
        for (hook, reading) in record.readings(of: parameter) {
          let (name, id) = (NameTable.short(names[parameter.parameter].name), hook.map { "\($0.id)" } ?? "-")
          let row = try #require(
            rows.first { $0.step == record.step && $0.parameter == name && $0.hook == id },
            "\(record.step) \(name) \(id)")
          let comparison = parameter.comparison(with: reading)
          wanted += 1
          #expect(agrees(comparison, reading, row, parameter, record), "\(row): \(comparison)")
        }
      }
    }
    #expect(rows.count == wanted)
  }

  /// As export_py_check.py has it: an update is known to within the dtype's last bit over lr.
  private func agrees(
    _ comparison: Comparison, _ reading: HookReading?, _ row: Row, _ parameter: ParameterRecord, _ record: StepRecord
  ) -> Bool {
    let dtype = parameter.before.dtype
    let isBorderline =
      dtype.is16Bit && Set([comparison.verdict.rawValue, row.verdict]).isSubset(of: ["scaled", "below_resolution"])
    guard comparison.verdict.rawValue == row.verdict || isBorderline else { return false }
    guard let c = comparison.c, let theirs = row.c else { return comparison.c == nil && row.c == nil }
    let isAdam = record.plan.settings.optimizer != "sgd"
    // transformers computes parts of a decoder in float32, whatever the dtype.
    let isDouble = dtype == .float64 && !record.plan.graph.modules.contains { $0.kind == "LlamaModel" }
    let tolerance = isDouble ? 1e-8 : dtype.is16Bit ? 1e-2 : isAdam ? 2e-4 : 2e-5
    let floor =
      (comparison.resolution ?? 0) * Double(parameter.before.count).squareRoot() / (reading?.keptNorm ?? .infinity)
    return abs(c - theirs) <= tolerance * abs(c) + (floor.isFinite ? floor : 0)
  }

  @Test("a script that is kept is what is written today", arguments: whole)
  func text(part: String) throws {
    let folder = try TemporaryFolder()
    let session = try Self.moment(part).session
    _ = try ExportFormat.python.write(session, folder.file(part + ".py"))
    let written = try String(contentsOfFile: folder.file(part + ".py"), encoding: .utf8)
    #expect(try written == Fixtures.text("export_py/\(part).py.txt"))
  }
}
