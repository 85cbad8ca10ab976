import Debugger

/// The table of hook placements as text.
struct PlacementText {
  let table: PlacementTable

  var text: String {
    var out = TextTable(
      ["placement", "on", "fired", "sees", "norm", "factor", ""], leftAligned: [0, 1, 3, 6])
    for row in table.rows {
      out.add([
        row.placement, row.site, row.fired.map(String.init) ?? "-", row.formula, shortNumber(row.norm),
        row.factor.map { factor($0) } ?? "-", row.remark,
      ])
    }
    return "step \(table.step), seen from every place around \(table.title)\n" + out.text
      + "\n  G = dL/dW, delta = dL/dy; factor: update/(lr x what was seen), for the last that a hook there saw"
  }
}
