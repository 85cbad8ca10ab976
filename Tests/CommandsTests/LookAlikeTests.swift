import Commands
import Debugger
import Testing
import Training

@Suite("Causes that look alike from outside")
struct LookAlikeTests {
  private static let start = ["set dtype float64", "model linear 6 5", "set init_lora_weights false", "set r 2"]

  /// Set-ups with c = 4 and a residual of 0 on lora_B, and the one stage that makes it.
  static let fours: [(lines: [String], stage: LedgerStage, says: String)] = [
    (
      ["set gradient_accumulation_steps 4", "set divide_loss off", "data regression batches=1", "hook all", "step"],
      .accumulate, "4 micro-batches of a loss that was not divided by 4"
    ),
    (
      ["set gradient_accumulation_steps 4", "data regression batches=1", "hook all", "step"], .accumulate,
      "4 micro-batches of loss/4"
    ),
    (["hook all", "hook all scale=4", "step"], .hookTransform, "Hook 2 changed the gradient"),
    (["hook all at post_accumulate scale=4", "step"], .hookTransform, "The hook itself changed the gradient"),
    // With lr 0 nothing moves, so the gradient of every step is the same one.
    (
      ["set zero_grad off", "data regression batches=1", "set lr 0", "hook all", "step 3", "set lr 1e-9", "step"],
      .staleGrad, "zero_grad() was forgotten"
    ),
    (["set loraplus_lr_ratio 4", "set lr_read first_group", "hook all", "step"], .lrRead, "param_groups[0]"),
    (
      ["set scheduler step", "set step_size 1", "set gamma 0.25", "set lr_read current", "hook all", "step"], .lrRead,
      "read after scheduler.step()"
    ),
    (["set loss_scale 0.25", "hook all", "step"], .unscale, "the loss scale 0.25"),
  ]

  @Test("c = 4 has eight causes, and each is told by its name", arguments: fours.indices)
  func four(index: Int) throws {
    let (lines, stage, says) = Self.fours[index]
    let sitting = Sitting()
    for line in Self.start + lines { try #require(sitting.type(line) == .finished, "\(line): \(sitting.text)") }
    let parameter = try #require(sitting.session.observed?.parameters.last?.parameter)
    let explanation = try sitting.session.explain(parameter, hook: 1)
    #expect(abs((explanation.comparison.c ?? 0) - 4) < 1e-5)
    #expect(explanation.actingStages.filter { $0.stage != .rounding }.map(\.stage) == [stage])
    #expect(explanation.cause.contains(says), "\(explanation.cause)")
  }

  @Test("a hook's note names the hooks of its own placement only")
  func placements() throws {
    let sitting = Sitting(
      "set dtype float64", "model linear 6 5", "hook all", "hook all scale=2", "hook all at step_pre scale=3",
      "set max_grad_norm 1e-3", "step 2")
    let parameter = try #require(sitting.session.observed?.parameters.last?.parameter)
    let stages = try sitting.session.explain(parameter).actingStages
    #expect(stages.map(\.stage) == [.hookTransform, .clipNorm, .hookTransform])
    #expect(stages[0].note == "hook 2 (tensor) returned the gradient x2")
    #expect(stages[2].note == "hook 3 (step_pre) changed .grad in place, x3")
  }

  @Test("rounding is told from real differences, and a match stays a match")
  func rounding() throws {
    for (lr, verdict, names) in [("0.1", Verdict.match, false), ("1e-7", .belowResolution, true)] {
      let sitting = Sitting("model linear 6 5", "set init_lora_weights false", "set lr \(lr)", "hook all", "step")
      let parameter = try #require(sitting.session.observed?.parameters.first?.parameter)
      let explanation = try sitting.session.explain(parameter)
      #expect(explanation.comparison.verdict == verdict)
      #expect(explanation.actingStages.map(\.stage) == (names ? [.rounding] : []))
    }
  }
}
