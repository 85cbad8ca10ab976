import Commands
import Debugger
import Tensors
import TestSupport
import Testing
import Training

@Suite("Explaining several causes at once")
struct ExplainCombinationTests {
  @Test(
    "exactly the stages that acted are named, in order; factors multiply to c, residuals add up to e - c h",
    arguments: UInt64(0)..<500)
  func combination(seed: UInt64) throws {
    let combination = CauseCombination(seed: seed)
    let sitting = Sitting()
    for line in combination.lines + ["step \(combination.steps)"] {
      try #require(sitting.type(line) == .finished, "\(line): \(sitting.text)")
    }
    let record = try #require(sitting.session.observed)
    for parameter in record.parameters {
      let explanation = try sitting.session.explain(parameter.parameter, hook: 1)
      let isFaster = explanation.parameter.contains(".lora_B.")
      #expect(
        explanation.actingStages.map(\.stage) == combination.stages(isFaster: isFaster),
        "\(combination.lines) \(explanation.parameter)")
      try check(explanation, parameter, record)
    }
  }

  private func check(_ explanation: Explanation, _ parameter: ParameterRecord, _ record: StepRecord) throws {
    let c = try #require(explanation.comparison.c)
    // A factor of 0 ends the product: what follows is 0/0 and has none.
    let factors = explanation.actingStages.compactMap(\.factor)
    let product = factors.reduce(1, *)
    #expect(
      abs(product - c) <= 1e-6 * max(abs(c), 1e-300), "\(explanation.parameter): \(factors) give \(product), not \(c)")
    let site = HookSite.parameter(parameter.parameter)
    let reading = try #require(record.reading(hook: 1, site: site)?.value)
    let remainder = parameter.effective.adding(reading, alpha: -c)
    let sum = explanation.stages.compactMap(\.residual).reduce(Tensor(zeros: reading.shape, dtype: .float64), +)
    #expect((sum - remainder).norm <= 1e-9 * max(remainder.norm, reading.norm))
  }

  /// Equal but for the last bit, which Foundation's reading of a number may miss.
  private func isSame(_ a: Double?, _ b: Double?) -> Bool {
    guard let a, let b else { return a == nil && b == nil }
    return abs(a - b) <= 1e-15 * abs(b)
  }

  @Test("text, JSON and the debugger say the same of a cause", arguments: [UInt64(3), 40, 77, 123, 311])
  func renderings(seed: UInt64) throws {
    let combination = CauseCombination(seed: seed)
    let sitting = Sitting()
    for line in combination.lines + ["step \(combination.steps)", "explain hook=1"] { sitting.type(line) }
    let json = sitting.messages.flatMap(jsonLines)
    let record = try #require(sitting.session.observed)
    try #require(json.count == record.parameters.count)
    for (line, parameter) in zip(json, record.parameters) {
      let explanation = try sitting.session.explain(parameter.parameter, hook: 1)
      let found = try JSON(text: line)
      #expect(found["param"].string == explanation.parameter && found["type"].string == "explain")
      #expect(found["cause"].string == explanation.cause)
      #expect(isSame(found["c"].double, explanation.comparison.c))
      #expect(found["stages"].list.map { $0["stage"].string } == explanation.actingStages.map(\.stage.rawValue))
      for (stage, own) in zip(found["stages"].list, explanation.actingStages) {
        #expect(isSame(stage["factor"].double, own.factor) && isSame(stage["norm"].double, own.norm))
        #expect(isSame(stage["cosine"].double, own.cosine) && stage["note"].string == own.note)
      }
      #expect(found["advice"].strings == explanation.advice && !explanation.advice.isEmpty)
      for stage in explanation.actingStages { #expect(sitting.text.contains(stage.stage.rawValue)) }
    }
  }
}
