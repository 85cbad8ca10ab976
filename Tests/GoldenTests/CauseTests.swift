import Foundation
import TestSupport
import Testing
import Training

@testable import Commands

@Suite("The catalogue of causes")
struct CauseTests {
  private static let folder = Fixtures.projectDirectory.appending(path: "sessions/causes")
  private static let golden = try? Fixtures.json("causes.json")
  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".session") }.map { String($0.dropLast(8)) }.sorted()

  private func text(_ name: String) throws -> String {
    try String(contentsOf: Self.folder.appending(path: name + ".session"), encoding: .utf8)
  }

  /// Plays a session of the catalogue and counts what it expected.
  private func play(_ name: String) throws -> (interpreter: Interpreter, expectations: Int, failures: [String]) {
    var interpreter = Interpreter()
    var expectations = 0
    var failures: [String] = []
    interpreter.emit = { message in
      switch message {
      case .expectation(let expectation):
        expectations += 1
        if !expectation.holds { failures.append(expectation.place + expectation.expression) }
      case .failure(let failure): failures.append("\(failure.lineNumber): \(failure.message)")
      default: break
      }
    }
    let outcome = interpreter.run(ScriptFrame(name: name, text: try text(name)))
    if outcome != .finished { failures.append("\(outcome)") }
    return (interpreter, expectations, failures)
  }

  @Test("torch has played the same sessions that are here")
  func coverage() throws {
    let played = try #require(Self.golden).keys.filter { $0 != "about" && $0 != "versions" }
    #expect(Self.names.count >= 40 && played == Self.names)
  }

  @Test("a session holds what it says, and says enough to be wrong", arguments: names)
  func session(name: String) throws {
    let (interpreter, expectations, failures) = try play(name)
    #expect(failures.isEmpty && interpreter.failedExpectations == 0, "\(failures.joined(separator: "\n"))")
    #expect(expectations >= 4)
  }

  @Test("what hooks saw and what it came to are torch's", arguments: names)
  func numbers(name: String) throws {
    let wanted = try #require(Self.golden)[name]
    let record = try #require(try play(name).interpreter.session.observed)
    let graph = record.plan.graph
    try #require(!wanted["hooks"].keys.isEmpty)
    for hook in wanted["hooks"].keys {
      let id = try #require(Int(hook))
      try #require(!wanted["hooks"][hook].keys.isEmpty)
      for target in wanted["hooks"][hook].keys {
        let numbers = wanted["hooks"][hook][target]
        let parameter = graph.parameters.firstIndex { $0.name == target }
        let module = graph.modules.firstIndex { $0.path == target }
        let site = try #require(parameter.map { HookSite.parameter($0) } ?? module.map { .module($0) })
        let reading = try #require(record.reading(hook: id, site: site), "hook \(id) is not on \(target)")
        #expect(reading.timesFired == numbers["fired"].int, "hook \(id) on \(target)")
        guard let parameter, let found = record.record(of: parameter) else { continue }
        let comparison = found.comparison(with: reading)
        var pairs = [
          ("c", comparison.c), ("cosine", comparison.cosine), ("residual", comparison.residual),
        ]
        // Dropout's masks are not torch's, so torch has no norm to compare with.
        if numbers.keys.contains("norm") { pairs.append(("norm", reading.value.map(\.norm).flatMap(finite))) }
        for (key, value) in pairs {
          #expect(
            agrees(value, numbers[key].double, wanted["dtype"].string == "float64"),
            "hook \(id) on \(target): \(key) is \(value as Any), torch has \(numbers[key].double as Any)")
        }
      }
    }
  }

  private func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }

  /// Below the floor is rounding, which no two libraries share. A sum that is rounded otherwise can turn the last bit
  /// of a few weights in float32 and bfloat16; in float64 that is far below.
  private func agrees(_ value: Double?, _ wanted: Double?, _ isDouble: Bool) -> Bool {
    guard let value, let wanted else { return value == nil && wanted == nil }
    return abs(value - wanted) <= (isDouble ? 1e-6 : 1e-3) * abs(wanted) + (isDouble ? 1e-9 : 1e-6)
  }

  @Test("an error that a session expects has torch's words", arguments: names)
  func errors(name: String) throws {
    // What print or explain refuse is ours alone.
    let expected = try text(name).split(separator: "\n").compactMap { line -> String? in
      let parts = line.split(separator: "\"", maxSplits: 2).map(String.init)
      guard parts[0] == "expect_error ", parts.count == 3 else { return nil }
      return ["step", "hook"].contains { parts[2].hasPrefix(" " + $0) } ? parts[1] : nil
    }
    let raised = try #require(Self.golden)[name]["errors"].strings
    #expect(expected.count == raised.count)
    for (text, message) in zip(expected, raised) { #expect(message.contains(text)) }
  }

  @Test("every file is in the table, and every entry tells what it is, what one sees, why, and what to do")
  func table() throws {
    #expect(Cause.all.map(\.name).sorted() == Self.names)
    #expect(Set(Cause.all.map(\.title)).count == Cause.all.count)
    for cause in Cause.all {
      #expect(cause.text == (try text(cause.name)), "\(cause.name): another text was built in")
      for line in [cause.title, cause.fingerprint, cause.symptom, cause.reason, cause.remedy] {
        #expect(!line.isEmpty && line.count < 120, "\(cause.name): '\(line)'")
      }
      // owner/repository #number, so that it can be looked up.
      for thread in cause.thread.split(separator: ", ") {
        #expect(thread.wholeMatch(of: /[\w.-]+\/[\w.-]+ #\d+/) != nil, "\(cause.name): '\(thread)'")
      }
    }
  }
}
