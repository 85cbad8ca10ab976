import Debugger
import Tensors
import TestSupport
import Testing
import Training

@Suite("Data that is written and read again")
struct SaveDataTests {
  private func losses(_ sitting: Sitting) throws -> [Double] {
    try (0..<3).map { _ in
      try #require(sitting.type("step") == .finished, "\(sitting.text)")
      return try #require(sitting.session.observed?.loss)
    }
  }

  @Test(
    "a step on it is the same",
    arguments: [
      ("model linear 3 2", "data regression batch=2 batches=3"),
      ("model linear 3 2; loss cross_entropy", "data classification batch=4 batches=2"),
      ("model transformer vocab_size=9 hidden_size=8", "data tokens batch=2 length=6 prompt=2"),
      ("model transformer vocab_size=9 hidden_size=8", "data tokens [[1,2,3,4],[5,6,7],[8,1]] batch=2 prompt=1"),
    ])
  func roundTrip(model: String, data: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("data.safetensors")
    let first = Sitting("\(model); set dtype float64; \(data)")
    #expect(first.type("save data '\(path)'") == .finished, "\(first.text)")
    let second = Sitting("\(model); set dtype float64")
    #expect(second.type("data load '\(path)'") == .finished, "\(second.text)")
    for (a, b) in zip(try losses(first), try losses(second)) { #expect(abs(a - b) <= 1e-12 * abs(a)) }
  }

  @Test("there must be some")
  func nothing() throws {
    let sitting = Sitting("model linear 3 2")
    #expect(sitting.type("save data x.safetensors") == .failed)
    #expect(sitting.failures.first?.message.contains("no data yet") ?? false)
  }
}

@Suite("The table of a step")
struct StepTableTests {
  @Test("of many parameters shows those that depart most, and counts the others")
  func many() throws {
    let sitting = Sitting(
      "model mlp 3 3 3 3 3 3 3 3 3 3 3 3 3 3 3 3 3 3 3 3 3 3 3 tanh bias=off", "set r 1", "hook all",
      "hook 40.lora_B at tensor", "data regression batch=2", "set loraplus_lr_ratio 4; set lr_read first_group")
    sitting.type("step")
    let record = try #require(sitting.session.observed)
    #expect(record.parameters.count == 44)
    let rows = sitting.text.split(separator: "\n").filter { line in
      Verdict.allCases.contains { line.hasSuffix(" " + $0.rawValue) } && !line.contains(":")
    }
    #expect(rows.count == 24, "\(sitting.text)")
    // Of those that are left out none departs from its hook's gradient.
    let scaled = record.parameters.filter { $0.comparison.verdict == .scaled }
    #expect(!scaled.isEmpty && scaled.count < 24)
    #expect(rows.count { $0.hasSuffix(" scaled") } == scaled.count)
    #expect(sitting.text.contains("and 20 more: "), "\(sitting.text)")
    #expect(sitting.text.contains("info params has all"))
  }
}
