import Debugger
import Training

extension Command {
  private static let dataKinds = ["load"] + DrawnData.all.map(\.name)

  static let data = Command(
    name: "data", group: .setUp,
    usage: DrawnData.all.map { kind in "data \(kind.name) " + kind.options.map { "[\($0)=N]" }.joined(separator: " ") }
      + ["data load FILE.safetensors"],
    summary: "choose the batches to train on",
    details: DrawnData.all.map { "\($0.name): \($0.summary).\n" }.joined()
      + "load: 'inputs' or 'input_ids', and 'targets' or 'labels' (-100 is ignored), with the micro-batches on their\n"
      + "first axis: step, micro-batch, replica. They are used in order and then from the start again.",
    example: "data regression batch=8 seed=7", changesSession: true,
    complete: { context in
      guard context.words.count > 1 else { return dataKinds }
      if context.words[1] == "load" { return context.files() }
      return DrawnData.all.first { $0.name == context.words[1] }?.options.map { $0 + "=" } ?? []
    }
  ) { interpreter, statement throws(CommandError) in
    guard let what = statement.arguments.first else {
      throw CommandError("write: data regression, or: data load FILE.safetensors")
    }
    let dataset: Dataset
    if what.text == "load" {
      let path = try statement.path(after: 1, "data load FILE.safetensors")
      dataset = try interpreter.debugger(statement, blaming: path) { _ throws(DebuggerError) in
        try Dataset.load(path.text)
      }
      let rows = dataset.inputs.first?.shape[0] ?? 0
      interpreter.emit(.note("\(dataset.count) micro-batches of \(rows) rows from \(path.text)"))
      if rows == 0 { interpreter.emit(.warning("the batches are empty: a mean over nothing is nan, its gradient 0")) }
    } else if let kind = DrawnData.all.first(where: { $0.name == what.text }) {
      guard let model = interpreter.session.configuration.model else {
        throw CommandError(
          "data \(kind.name) needs to know the model's sizes; write for example first: model linear 16 16")
      }
      let options = try statement.dataOptions(kind)
      dataset = try interpreter.debugger(statement) { _ throws(DebuggerError) in try kind.draw(options, model) }
      if options.batch == 0 {
        interpreter.emit(.warning("the batches are empty: a mean over nothing is nan, its gradient 0"))
      }
    } else {
      throw CommandError(
        "no data '\(what.text)'" + didYouMean(what.text, among: dataKinds)
          + "; there are \(dataKinds.joined(separator: ", "))", range: what.range)
    }
    try interpreter.configure(statement, blaming: statement.arguments.last) { $0.dataset = dataset }
  }
}

extension Statement {
  fileprivate func dataOptions(_ kind: DrawnData) throws(CommandError) -> DataOptions {
    var options = DataOptions()
    for (key, value, word) in try self.options(after: 1, known: kind.options) {
      switch key {
      case "batch": options.batch = try count(value, key, word, 0...1_000_000_000)
      case "batches": options.batches = try count(value, key, word)
      case "length": options.length = try count(value, key, word)
      default:
        guard let seed = UInt64(value) else {
          throw CommandError("seed needs a whole number, not '\(value)'", range: word.range)
        }
        options.seed = seed
      }
    }
    return options
  }
}
