import Debugger
import Tensors

extension Command {
  static let export = Command(
    name: "export", group: .sessions, usage: ["export FILE.safetensors"],
    summary: "write every observation to a file",
    details: "Keys are STEP/QUANTITY/PARAM with hook.ID, grad, before, after, effective and lr, and STEP/loss.",
    example: "export out.safetensors", complete: { $0.files() }
  ) { interpreter, statement throws(CommandError) in
    let path = try statement.path(after: 0, "export FILE.safetensors")
    guard path.text.hasSuffix(".safetensors") else {
      throw CommandError("export writes .safetensors; the name must end so", range: statement.tail.range)
    }
    guard !interpreter.session.records.isEmpty else {
      throw CommandError("there is nothing to export: no step was taken yet")
    }
    let tensors = observations(interpreter.session.records)
    do throws(SafetensorsError) {
      try writeSafetensors(tensors, metadata: ["format": "lorascope"], to: path.text)
    } catch {
      throw CommandError(error.message, range: statement.tail.range)
    }
    let steps = interpreter.session.records.count
    interpreter.emit(
      .note("\(tensors.count) tensors of \(steps) step\(steps == 1 ? "" : "s") written to \(path.text)"))
  }
}
