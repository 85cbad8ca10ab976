import Tensors
import Training

/// The sentence that names the cause, and what to write instead.
enum CauseText {
  static func sentence(_ context: ExplanationContext, _ stages: [Explanation.Stage]) -> String {
    // A stage can act twice, as hooks that change the gradient at two placements do: it is told once.
    var clauses: [String] = []
    for clause in stages.map({ StageText.of($0.stage).clause(context) }) where !clauses.contains(clause) {
      clauses.append(clause)
    }
    let why = special(context)?.cause
    switch (clauses.count, why) {
    case (_, .some(let why)): return why
    case (0, _): return capitalized(context.comparison.sentence) + "."
    case (1, _) where context.comparison.verdict == .match && stages[0].stage == .rounding:
      return "The hook saw the gradient that was applied, but for the rounding of the weights to "
        + context.parameter.before.dtype.rawValue + "."
    case (1, _): return capitalized(clauses[0]) + "."
    default:
      let cancels = context.comparison.verdict == .match ? "Several things that cancel, in order: " : "In order: "
      return cancels + clauses.enumerated().map { "(\($0.offset + 1)) \($0.element)" }.joined(separator: "; ") + "."
    }
  }

  static func advice(_ context: ExplanationContext, _ stages: [LedgerStage]) -> [String] {
    if let special = special(context) { return special.advice }
    var lines: [String] = []
    for line in stages.flatMap({ StageText.of($0).advice(context) }) where !lines.contains(line) { lines.append(line) }
    return lines
  }

  /// Names from code, such as clip_grad_norm_ and .grad, stay as they are written.
  private static func capitalized(_ text: String) -> String {
    let word = text.prefix { $0 != " " }
    return word.allSatisfy(\.isLetter) ? text.prefix(1).uppercased() + text.dropFirst() : text
  }

  /// What no stage tells: nothing was seen, or nothing could be.
  private static func special(_ context: ExplanationContext) -> (cause: String, advice: [String])? {
    let (comparison, parameter) = (context.comparison, context.parameter)
    if parameter.isPending { return ("The step is not over: the optimizer has yet to write \(context.name).", []) }
    if comparison.verdict == .notSeen {
      return (
        "The hook never fired: in this step no gradient reached \(context.name).",
        ["assert p.requires_grad and p.grad is not None  # is it part of the graph that leads to the loss?"]
      )
    }
    if parameter.lr == 0 {
      let settings = context.settings
      let isWarmUp = settings.lr != 0 && settings.scheduleSettings.warmupSteps > 0
      let why = isWarmUp ? "a warm-up's first step" : settings.lr == 0 ? "lr=0" : "the scheduler's factor"
      return (
        "The learning rate of this step is 0 (\(why)): the weight cannot move and delta/lr is 0/0.",
        ["lr = optimizer.param_groups[0][\"lr\"]  # log it before optimizer.step(); compare where it is not 0"]
      )
    }
    guard comparison.c == nil, comparison.verdict == .undefined else { return nil }
    if let layer = context.layer, layer.a == parameter.parameter,
      context.record.record(of: layer.b)?.before.maxMagnitude == 0
    {
      return (
        "lora_B is 0, and dA = s B^T G: lora_A has no gradient before lora_B has moved.",
        ["# compare lora_B at the first step, lora_A from the second one on; or LoraConfig(init_lora_weights=False)"]
      )
    }
    return ("The hook saw a gradient of 0 and the weight did not move: 0/0 has no factor.", [])
  }
}
