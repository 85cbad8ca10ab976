import Debugger

extension Command {
  static let export = Command(
    name: "export", group: .sessions,
    usage: ["export FILE" + ExportFormat.all.map(\.suffix).joined(separator: "|")],
    summary: "write the steps of this branch to a file: tensors, tables, or a PyTorch script",
    details: ExportFormat.all.map { "FILE\($0.suffix): \($0.summary)" }.joined(separator: "\n"),
    example: "export run.py", complete: { $0.files() }
  ) { interpreter, statement throws(CommandError) in
    let path = try statement.path(after: 0, "export FILE" + ExportFormat.all[0].suffix)
    let format = try ExportFormat.named(path)
    do throws(CommandError) {
      interpreter.emit(.note(try format.write(interpreter.session, path.text)))
    } catch {
      throw CommandError(error.message, range: path.range)
    }
  }
}
