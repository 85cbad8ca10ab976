import Debugger
import Training

/// A step as a table: hook gradient against effective gradient, a row for each parameter.
struct StepText {
  let record: StepRecord

  /// A large model has hundreds of parameters: those that depart most are shown, and the others counted.
  private static let mostRows = 32
  private static let rowsOfMany = 24

  var text: String {
    var out = "step \(record.step)  loss \(shortNumber(record.loss))  lr \(shortNumber(record.lrUsed))"
    if let clipping = record.clipping {
      out += "  clip_grad_norm_ \(shortNumber(clipping.totalNorm)) x \(shortNumber(clipping.coefficient))"
    }
    if record.parameters.isEmpty { return out + "\n  nothing is trainable" }
    var table = TextTable(
      ["parameter", "hook", "c", "cosine", "residual", "ulp/lr", "lr", "verdict"], leftAligned: [0, 7])
    let shown = shown
    for place in shown {
      let (parameter, comparison) = (record.parameters[place], record.parameters[place].comparison)
      table.add([
        name(parameter), parameter.hook.map(String.init) ?? "-", factor(comparison.c), factor(comparison.cosine),
        tiny(comparison.residual), tiny(comparison.resolution), shortNumber(parameter.lr),
        comparison.verdict.rawValue,
      ])
    }
    return out + "\n" + table.text + rest(shown) + reasons
  }

  private func name(_ parameter: ParameterRecord) -> String {
    NameTable.short(record.plan.graph.parameters[parameter.parameter].name)
  }

  /// Places among the parameters, in the model's order.
  private var shown: [Int] {
    let all = Array(record.parameters.indices)
    guard all.count > StepText.mostRows else { return all }
    return Array(all.sorted { (departure($0), $1) > (departure($1), $0) }.prefix(StepText.rowsOfMany)).sorted()
  }

  /// How far a parameter's update is from its hook's gradient; those that match, or have nothing to compare, come last.
  private func departure(_ place: Int) -> Double {
    let comparison = record.parameters[place].comparison
    if [.match, .notSeen, .undefined].contains(comparison.verdict) { return 0 }
    guard let c = comparison.c, c > 0, c.isFinite else { return .greatestFiniteMagnitude }
    return 1 + max(c, 1 / c) + (comparison.residual ?? 0)
  }

  private func rest(_ shown: [Int]) -> String {
    var counts: [Verdict: Int] = [:]
    for place in Set(record.parameters.indices).subtracting(shown) {
      counts[record.parameters[place].comparison.verdict, default: 0] += 1
    }
    guard !counts.isEmpty else { return "" }
    let parts = Verdict.allCases.compactMap { verdict in counts[verdict].map { "\($0) \(verdict.rawValue)" } }
    return
      "\n  and \(record.parameters.count - shown.count) more: \(parts.joined(separator: ", ")) (info params has all)"
  }

  /// Why numbers are missing, each reason once with the parameters it holds for.
  private var reasons: String {
    var found: [(reason: String, names: [String])] = []
    for parameter in record.parameters {
      guard let reason = parameter.comparison.reason else { continue }
      if let place = found.firstIndex(where: { $0.reason == reason }) {
        found[place].names.append(name(parameter))
      } else {
        found.append((reason, [name(parameter)]))
      }
    }
    return found.map { entry in
      let more = entry.names.count > 4 ? " and \(entry.names.count - 4) more" : ""
      return "\n  \(entry.names.prefix(4).joined(separator: ", "))\(more): \(entry.reason)"
    }.joined()
  }
}
