import Debugger

extension Command {
  static let placements = Command(
    name: "placements", aliases: ["sites"], group: .looking, usage: ["placements [PARAM|MODULE]"],
    summary: "one step seen from every hook site at once: how often it fires, formula, norm, factor to the update",
    details:
      "The last step is taken again with a hook on every site around the module (the first adapter without a name).\n"
      + "G = dL/dW of the merged weight, delta = dL/dy of the layer's output, s the adapter's scaling; with DoRA "
      + "D = m/|W0 + s B A| row by row. The factor is c of a hook that keeps a clone of the last it saw.",
    example: "placements 0.lora_B", mostArguments: 1, complete: { $0.names(.both) }
  ) { interpreter, statement throws(CommandError) in
    let word = statement.arguments.first
    let table = try interpreter.debugger(statement, blaming: word) { session throws(DebuggerError) in
      try session.placements(word?.text)
    }
    interpreter.emit(.placements(table))
  }
}
