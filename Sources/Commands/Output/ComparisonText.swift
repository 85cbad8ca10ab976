import Debugger

/// Two branches side by side, as text.
struct ComparisonText {
  let comparison: BranchComparison

  var text: String {
    let (ours, theirs) = (comparison.ours, comparison.theirs)
    var sides = TextTable(["", ours.branch, theirs.branch], leftAligned: [0])
    sides.add(["step", String(ours.step), String(theirs.step)])
    sides.add(["loss", shortNumber(ours.loss), shortNumber(theirs.loss)])
    for setting in comparison.settings { sides.add([setting.name, setting.ours, setting.theirs]) }
    var rows = TextTable(["parameter", "c", "c of \(theirs.branch)", "difference of the values"], leftAligned: [0])
    for row in comparison.rows {
      rows.add([NameTable.short(row.parameter), factor(row.ours?.c), factor(row.theirs?.c), tiny(row.difference)])
    }
    let common = comparison.commonSteps
    return "in common: \(common == 0 ? "no step" : common == 1 ? "step 1" : "steps 1 to \(common)")\n" + sides.text
      + "\n"
      + rows.text
  }
}
