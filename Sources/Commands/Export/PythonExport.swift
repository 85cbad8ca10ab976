import Debugger
import Tensors

extension ExportFormat {
  static let python = ExportFormat(
    suffix: ".py",
    summary: "a script for PyTorch and PEFT that takes the same steps with the same hooks and prints the same table"
  ) { session, path throws(CommandError) in
    let course: TrainingCourse
    do throws(DebuggerError) {
      course = try session.course()
    } catch {
      throw CommandError(error.message)
    }
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let name = file.dropLast(".py".count).filter { !"\\\"".contains($0) }
    let companion = name + ".start.safetensors"
    var script = PythonScript(course, name: name, companion: companion)
    let text = try script.text()
    if !script.tensors.isEmpty || !script.integers.isEmpty {
      do throws(SafetensorsError) {
        try writeSafetensors(
          script.tensors, integers: script.integers, metadata: ["format": "lorascope"],
          to: path.dropLast(file.count) + companion)
      } catch {
        throw CommandError(error.message)
      }
    }
    try writeWhole(text, to: path)
    let steps = course.stretches.reduce(0) { $0 + $1.count }
    let more = script.tensors.isEmpty && script.integers.isEmpty ? "" : ", its numbers to \(companion) beside it"
    return "\(counted(steps, "step")) as a PyTorch script written to \(path)\(more); run: python3 \(path)"
  }
}
