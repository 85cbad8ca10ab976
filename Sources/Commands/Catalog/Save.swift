import Debugger

extension Command {
  private static let usages = ["save weights FILE.safetensors", "save checkpoint FILE.safetensors"]

  static let save = Command(
    name: "save", group: .sessions, usage: usages,
    summary: "write the parameters, or all of the training state, to a file",
    details: "weights: every parameter under its state-dict name; 'load weights' reads it.\n"
      + "checkpoint: .grad, optimizer, scheduler and scaler too; after 'load checkpoint' training goes on as it would have.",
    example: "save checkpoint step10.safetensors",
    complete: { $0.words.count == 1 ? ["weights", "checkpoint"] : $0.files() }
  ) { interpreter, statement throws(CommandError) in
    guard let what = statement.arguments.first else {
      throw CommandError("write: " + usages.joined(separator: ", or: "))
    }
    let path = try statement.path(after: 1, "save \(what.text) FILE.safetensors")
    let note: String
    switch what.text {
    case "weights":
      note = try interpreter.debugger(statement, blaming: path) { session throws(DebuggerError) in
        try session.saveWeights(path.text)
      }
    case "checkpoint":
      note = try interpreter.debugger(statement, blaming: path) { session throws(DebuggerError) in
        try session.saveCheckpoint(path.text)
      }
    default:
      throw CommandError(
        "save knows weights and checkpoint, not '\(what.text)'"
          + didYouMean(what.text, among: ["weights", "checkpoint"]),
        range: what.range)
    }
    interpreter.emit(.note(note))
  }
}
