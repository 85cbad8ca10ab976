import Debugger

extension Command {
  static let export = Command(
    name: "export", group: .sessions,
    usage: ["export FILE" + ExportFormat.all.map(\.suffix).joined(separator: "|"), ScreenExport.usage],
    summary: "write the steps of this branch to a file: tensors, tables, a PyTorch script; or a picture of the screen",
    details: ExportFormat.all.map { "FILE\($0.suffix): \($0.summary)" }.joined(separator: "\n")
      + "\nscreen: what the terminal shows, as text or as a picture for a report; 120x40 in a batch run.",
    example: "export run.py", complete: { $0.words.count == 1 ? ["screen"] + $0.files() : $0.files() }
  ) { interpreter, statement throws(CommandError) in
    if statement.arguments.first?.text == "screen" { return try ScreenExport.run(interpreter, statement) }
    let path = try statement.path(after: 0, "export FILE" + ExportFormat.all[0].suffix)
    let format = try ExportFormat.named(path)
    do throws(CommandError) {
      interpreter.emit(.note(try format.write(interpreter.session, path.text)))
    } catch {
      throw CommandError(error.message, range: path.range)
    }
  }
}
