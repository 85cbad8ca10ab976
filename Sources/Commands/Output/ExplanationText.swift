import Debugger
import Training

/// Explanations as text: those alike share one table of stages.
struct ExplanationText {
  let explanations: [Explanation]
  let isVerbose: Bool

  var text: String {
    var groups: [[Explanation]] = []
    for explanation in explanations {
      if let place = groups.firstIndex(where: { $0[0].isAlike(explanation) }) {
        groups[place].append(explanation)
      } else {
        groups.append([explanation])
      }
    }
    return groups.map(text).joined(separator: "\n\n")
  }

  private func text(_ group: [Explanation]) -> String {
    var table = TextTable(
      ["parameter", "hook", "c", "cosine", "residual", "ulp/lr", "verdict"], leftAligned: [0, 1, 6])
    for explanation in group {
      let comparison = explanation.comparison
      let hook = explanation.hook.map { "\($0.id) \($0.placement.name), \($0.capture.rawValue)" } ?? "-"
      table.add([
        NameTable.short(explanation.parameter), hook, factor(comparison.c), factor(comparison.cosine),
        tiny(comparison.residual), tiny(comparison.resolution), comparison.verdict.rawValue,
      ])
    }
    // The one that says most: lora_A has nothing to tell at first.
    let shown = group.first { $0.comparison.c != nil } ?? group[0]
    var parts = ["step \(shown.step)", table.text]
    let stages = isVerbose ? shown.stages : shown.actingStages
    if !stages.isEmpty {
      if group.count > 1 { parts.append("  the stages of \(NameTable.short(shown.parameter)), the others alike:") }
      parts.append(stageTable(shown, stages))
    }
    parts.append("  cause: " + shown.cause)
    if !shown.advice.isEmpty {
      parts.append("  in PyTorch:\n" + shown.advice.map { "    " + $0 }.joined(separator: "\n"))
    }
    return parts.joined(separator: "\n")
  }

  private func stageTable(_ explanation: Explanation, _ stages: [Explanation.Stage]) -> String {
    var table = TextTable(["stage", "norm", "factor", "cosine", "note"], leftAligned: [0, 4])
    table.add(["hook", shortNumber(explanation.keptNorm), "", "", "what it kept"])
    for stage in stages {
      table.add([
        stage.stage.rawValue, shortNumber(stage.norm), factor(stage.factor), factor(stage.cosine),
        stage.acted ? stage.note : "nothing",
      ])
    }
    return table.text
  }
}

extension Explanation {
  fileprivate func isAlike(_ other: Explanation) -> Bool {
    comparison.verdict == other.comparison.verdict && hook?.id == other.hook?.id
      && actingStages.map(\.stage) == other.actingStages.map(\.stage)
      && (!actingStages.isEmpty || cause == other.cause)
  }
}
