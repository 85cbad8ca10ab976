import Debugger
import Tensors
import TestSupport
import Testing
import Training

@Suite("Labels that do not count")
struct KeptRowsTests {
  private static let model =
    "set dtype float64; model transformer vocab_size=11 hidden_size=8 num_attention_heads=2 intermediate_size=6; set r 2"

  /// A step's loss and gradients, the shape of the logits that it computed, and whether that was all of them.
  private func step(_ target: String, hooks: [String]) throws -> (StepRecord, logits: Shape) {
    let sitting = Sitting(KeptRowsTests.model + "; set target_modules \(target)")
    for hook in hooks { sitting.type(hook) }
    sitting.type("data tokens batch=2 length=9 seed=3 prompt=6")
    var logits: Shape?
    while !(sitting.session.step > 0) {
      try #require(sitting.type("event") == .finished, "\(sitting.text)")
      if case .forward(let module, let output, _, _) = sitting.session.lastEvent,
        let path = sitting.session.graph?.modules[module].path, path.hasSuffix("lm_head")
      {
        logits = output.shape
      }
    }
    return (try #require(sitting.session.observed), try #require(logits))
  }

  @Test(
    "no logits are computed for them unless a hook looks, and loss and gradients are the same",
    arguments: ["q_proj,down_proj", "q_proj,lm_head", "none"])
  func rows(target: String) throws {
    // 9 tokens a row, 6 of them masked: 3 places are compared with the next token.
    let (kept, few) = try step(target, hooks: ["hook all"])
    #expect(few == Shape(6, 11))
    for place in ["lm_head at module", "lm_head at module_pre", "lm_head at tensor"] {
      let (whole, all) = try step(target, hooks: ["hook all", "hook \(place)"])
      #expect(all == [2, 9, 11], "\(place)")
      #expect(abs((whole.loss ?? 0) - (kept.loss ?? 1)) < 1e-14)
      for (a, b) in zip(whole.parameters, kept.parameters) {
        let (a, b) = (try #require(a.grad), try #require(b.grad))
        #expect((a - b).maxMagnitude <= 1e-13 * max(a.maxMagnitude, 1e-3), "\(place)")
      }
    }
  }

  @Test("where nearly all count, all are computed")
  func all() throws {
    let sitting = Sitting(KeptRowsTests.model, "hook all", "data tokens batch=2 length=16")
    while sitting.session.step == 0 {
      try #require(sitting.type("event") == .finished)
      if case .forward(let module, let output, _, _) = sitting.session.lastEvent,
        sitting.session.graph?.modules[module].path.hasSuffix("lm_head") ?? false
      {
        #expect(output.shape == [2, 16, 11])
      }
    }
  }
}
