import Debugger
import Tensors
import Training

extension ExportFormat {
  static let csv = ExportFormat(
    suffix: ".csv",
    summary: "a row for each step, trained parameter and hook on it, with the numbers of the step's table and the norms"
  ) { session, path throws(CommandError) in
    let records = try session.recordsToExport()
    var lines = [CSVRow.names.joined(separator: ",")]
    for record in records {
      for parameter in record.parameters {
        for (hook, reading) in record.readings(of: parameter) {
          lines.append(CSVRow(record, parameter, hook, reading).text)
        }
      }
    }
    // RFC 4180 ends lines so.
    try writeWhole(lines.joined(separator: "\r\n") + "\r\n", to: path)
    return "\(counted(lines.count - 1, "row")) of \(counted(records.count, "step")) written to \(path)"
  }
}

/// One row of the table; a cell without a value is empty.
private struct CSVRow {
  static let names = [
    "step", "loss", "param", "hook", "placement", "capture", "c", "cosine", "residual", "resolution", "lr", "lr_used",
    "verdict", "hook_norm", "effective_norm", "before_norm", "after_norm", "fired",
  ]

  private let cells: [String]

  init(_ record: StepRecord, _ parameter: ParameterRecord, _ hook: Hook?, _ reading: HookReading?) {
    let comparison = parameter.comparison(with: reading)
    let effective = parameter.lr == 0 ? nil : parameter.effective.norm
    cells = [
      String(record.step), CSVRow.number(record.loss), record.plan.graph.parameters[parameter.parameter].name,
      hook.map { String($0.id) } ?? "", hook?.placement.name ?? "", hook?.capture.rawValue ?? "",
      CSVRow.number(comparison.c), CSVRow.number(comparison.cosine), CSVRow.number(comparison.residual),
      CSVRow.number(comparison.resolution), CSVRow.number(parameter.lr), CSVRow.number(parameter.lrUsed),
      comparison.verdict.rawValue, CSVRow.number(reading?.keptNorm), CSVRow.number(effective),
      CSVRow.number(parameter.before.norm), CSVRow.number(parameter.after.norm),
      reading.map { String($0.timesFired) } ?? "",
    ]
  }

  var text: String { cells.map(CSVRow.quoted).joined(separator: ",") }

  private static func number(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "" }
    return formatNumber(value)
  }

  /// As RFC 4180 has it.
  private static func quoted(_ cell: String) -> String {
    guard cell.contains(where: { ",\"\r\n".contains($0) }) else { return cell }
    return "\"" + cell.replacing("\"", with: "\"\"") + "\""
  }
}
