import Debugger
import Tensors

extension ExportFormat {
  static let safetensors = ExportFormat(
    suffix: ".safetensors",
    summary: "every tensor that was observed, under STEP/QUANTITY/PARAM: hook.ID, grad, before, after, effective, lr; "
      + "and STEP/loss"
  ) { session, path throws(CommandError) in
    let records = try session.recordsToExport()
    let tensors = observations(records)
    do throws(SafetensorsError) {
      try writeSafetensors(tensors, metadata: ["format": "lorascope"], to: path)
    } catch {
      throw CommandError(error.message)
    }
    return "\(tensors.count) tensors of \(counted(records.count, "step")) written to \(path)"
  }
}
