import Tensors
import Training

/// The gradient before and after one stage, in Float64.
struct StageChange {
  let before: Tensor
  let after: Tensor
  /// When in the step it was done.
  let moments: [HookPlacement.Moment]
}

/// What is said about one stage of the ledger. A new stage is a line in `all`.
struct StageText: Sendable {
  let stage: LedgerStage
  /// The number and where it comes from, for the table.
  let note: @Sendable (ExplanationContext, StageChange) -> String
  /// What happened, as a clause of the sentence that names the cause.
  let clause: @Sendable (ExplanationContext) -> String
  /// PyTorch lines to write instead.
  let advice: @Sendable (ExplanationContext) -> [String]

  static let all: [StageText] = captureStages + backwardStages + optimizerStages + readingStages

  private static let byStage = Dictionary(uniqueKeysWithValues: all.map { ($0.stage, $0) })

  static func of(_ stage: LedgerStage) -> StageText {
    byStage[stage]
      ?? StageText(stage: stage, note: { _, _ in "" }, clause: { _ in stage.rawValue }, advice: { _ in [] })
  }
}

/// A factor as notes write it.
func times(_ value: Double) -> String { "x" + formatted(value, "%.4g") }

/// A number that is plainly a float: 1.0, 0.05, 1e-06.
func floating(_ value: Double) -> String {
  let text = formatNumber(value)
  return text.allSatisfy({ $0.isNumber || $0 == "-" }) ? text + ".0" : text
}
