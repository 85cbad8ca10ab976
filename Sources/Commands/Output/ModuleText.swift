import Debugger

/// The reparameterization view of one adapter as text.
struct ModuleText {
  let view: ModuleView

  var text: String {
    let view = view
    var table = TextTable([], leftAligned: [0, 2])
    func add(_ name: String, _ value: String, _ meaning: String) { table.add([name, value, meaning]) }
    add("|G|", shortNumber(view.norms.g), "dL/dW of the merged weight")
    add("|dA|", shortNumber(view.norms.a), "= s B^T G" + within(view.formulaErrors.a))
    add("|dB|", shortNumber(view.norms.b), "= s G A^T" + within(view.formulaErrors.b))
    add("|virtual|", shortNumber(view.norms.virtual), "s(B gA + gB A): the step on W, to first order")
    add("|-dW/lr|", shortNumber(view.norms.change), "what it did to W")
    add("cos(virtual, -dW/lr)", factor(view.cosineOfChange), "1 but for lr^2, unequal lrs, the optimizer")
    add("cos(G, virtual)", factor(view.cosineOfG), "how near it is to full fine-tuning")
    add("tangent share", factor(view.tangentShare), "of |G|: what A and B can express at all")
    add(
      "singular values", view.singularValues.first.map { shortNumber($0) } ?? "-",
      "of dW: \(singularValues) (rank <= \(2 * view.r))")
    add(
      "B^T dB = dA A^T", view.selfCheck.map { "off by " + tiny($0) } ?? "-",
      "self-check, whatever s is")
    add(
      "loss, predicted", shortNumber(view.predicted),
      "<gradient, change>; \(shortNumber(view.predictedHere)) here")
    add("loss, observed", shortNumber(view.observed), "change on the step's own batches")
    return "step \(view.step), \(view.module): r \(view.r), s \(shortNumber(view.scaling))\n" + table.text
      + view.notes.map { "\n  - " + $0 }.joined()
  }

  private func within(_ error: Double?) -> String { error.map { ", off by " + tiny($0) } ?? "" }

  private var singularValues: String {
    guard !view.singularValues.isEmpty else { return "-" }
    let shown = view.singularValues.prefix(4).map { formatted($0, "%.2g") }.joined(separator: " ")
    return shown + (view.singularValues.count > 4 ? " ..." : "")
  }
}
