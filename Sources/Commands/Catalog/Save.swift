import Debugger

/// What `save` writes. To add one: a line in `all`.
private struct Saving: Sendable {
  let name: String
  let usage: String
  let summary: String
  /// Returns what is to be said about it.
  let run: @Sendable (Session, String) throws(DebuggerError) -> String

  static let all = [
    Saving(
      name: "adapter", usage: "save adapter DIR",
      summary: "adapter_config.json and adapter_model.safetensors; PeftModel.from_pretrained(model, DIR) loads them",
      run: { session, path throws(DebuggerError) in try session.saveAdapter(path) }),
    Saving(
      name: "weights", usage: "save weights FILE.safetensors",
      summary: "every parameter under its state-dict name; 'load weights' reads it",
      run: { session, path throws(DebuggerError) in try session.saveWeights(path) }),
    Saving(
      name: "checkpoint", usage: "save checkpoint FILE.safetensors",
      summary: ".grad, optimizer, scheduler and scaler too; after 'load checkpoint' training goes on as it would have",
      run: { session, path throws(DebuggerError) in try session.saveCheckpoint(path) }),
    Saving(
      name: "data", usage: "save data FILE.safetensors",
      summary: "the batches, as token ids and labels where they are such; 'data load' reads it",
      run: { session, path throws(DebuggerError) in try session.saveData(path) }),
  ]
}

extension Command {
  static let save = Command(
    name: "save", group: .sessions, usage: ["save FILE.session"] + Saving.all.map(\.usage),
    summary: "write this session, the adapter, the parameters, all of the training state, or the data",
    details: "FILE.session: the commands so far with digests of the steps; 'replay' plays and verifies it\n"
      + Saving.all.map { "\($0.name): \($0.summary)" }.joined(separator: "\n"),
    example: "save my.session",
    isKept: { statement in Saving.all.contains { $0.name == statement.arguments.first?.text } },
    complete: { context in
      (context.words.count == 1 ? Saving.all.map { Candidate($0.name, $0.summary) } : []) + context.files()
    }
  ) { interpreter, statement throws(CommandError) in
    let names = Saving.all.map(\.name)
    guard let what = statement.arguments.first else {
      throw CommandError("write: save FILE.session, or: " + Saving.all.map(\.usage).joined(separator: ", or: "))
    }
    guard let kind = Saving.all.first(where: { $0.name == what.text }) else {
      guard statement.arguments.count == 1, nearest(to: what.text, among: names) == nil else {
        throw CommandError(
          "save knows \(names.joined(separator: ", ")) and FILE.session, not '\(what.text)'"
            + didYouMean(what.text, among: names), range: what.range)
      }
      return try interpreter.saveSession(statement.path(after: 0, "save FILE.session"))
    }
    let path = try statement.path(after: 1, kind.usage)
    let note = try interpreter.debugger(statement, blaming: path) { session throws(DebuggerError) in
      try kind.run(session, path.text)
    }
    interpreter.emit(.note(note))
  }
}

extension Interpreter {
  fileprivate func saveSession(_ path: Statement.Word) throws(CommandError) {
    do throws(CommandError) {
      try SessionFile.write(log, session, to: path.text)
    } catch {
      throw CommandError(error.message, range: path.range)
    }
    let (commands, digests) = (log.commands.count, log.notes.count)
    emit(
      .note(
        "\(counted(commands, "command")) and \(counted(digests, "digest")) "
          + "written to \(path.text)"))
  }
}
