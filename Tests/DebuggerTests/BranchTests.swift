import Debugger
import Models
import Tensors
import TestSupport
import Testing
import Training

@Suite("A branch's record of all steps")
struct BranchTests {
  /// A session on `model linear 6 5`, with a hook on everything that is trained.
  private func session() throws -> Session {
    var session = Session()
    let definition = try ModelKind.all[0].parse(["6", "5"])
    _ = try session.configure { $0.start(definition) }
    _ = try session.configure { $0.hooks = [HookRequest(id: 1, target: nil)] }
    return session
  }

  @Test("steps long past are made again to the last bit, also across a change of settings")
  func replay() throws {
    var session = try session()
    var seen: [StepRecord] = []
    for step in 1...300 {
      if step == 40 { _ = try session.configure { $0.training.lr = 0.5 } }
      if step == 41 { _ = try session.advance() }
      if step == 70 { _ = try session.configure { $0.lora.loraAlpha = 3 } }
      seen.append(try session.completeStep())
    }
    #expect(session.records.count == 300 && session.records.last?.step == 300)
    let again = Array(session.records)
    try #require(again.count == seen.count)
    for (record, wanted) in zip(again, seen) {
      #expect(record.step == wanted.step && record.loss == wanted.loss)
      for (parameter, expected) in zip(record.parameters, wanted.parameters) {
        #expect(parameter.before.isIdentical(to: expected.before) && parameter.after.isIdentical(to: expected.after))
        #expect(parameter.comparison == expected.comparison && parameter.lr == expected.lr)
      }
      for (reading, expected) in zip(record.readings.joined(), wanted.readings.joined()) {
        #expect(try #require(reading.value).isIdentical(to: try #require(expected.value)))
      }
    }
  }

  @Test("the newest records are at hand, a bounded number of them")
  func newest() throws {
    var session = try session()
    for _ in 0..<100 { _ = try session.completeStep() }
    #expect(session.records.suffix(10, upTo: 100).map(\.step) == Array(91...100))
    #expect(session.records.suffix(1000, upTo: 100).count <= 32)
  }
}
