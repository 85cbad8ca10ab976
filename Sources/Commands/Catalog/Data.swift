import Debugger
import Training

extension Command {
  static let data = Command(
    name: "data", group: .setUp,
    usage: ["data regression [batch=N] [batches=N] [seed=N]", "data load FILE.safetensors"],
    summary: "choose the batches to train on",
    details:
      "regression: torch.manual_seed(seed), then inputs and targets from torch.randn(batches, batch, features).\n"
      + "load: tensors 'inputs' and 'targets', [micro-batches, batch, features], used in order and then again.",
    example: "data regression batch=8 seed=7", changesSession: true,
    complete: { context in
      if context.words.count == 1 { return ["regression", "load"] }
      return context.words[1] == "load" ? context.files() : ["batch=", "batches=", "seed="]
    }
  ) { interpreter, statement throws(CommandError) in
    guard let what = statement.arguments.first else {
      throw CommandError("write: data regression, or: data load FILE.safetensors")
    }
    let dataset: Dataset
    switch what.text {
    case "load":
      let path = try statement.path(after: 1, "data load FILE.safetensors")
      dataset = try interpreter.debugger(statement, blaming: path) { _ throws(DebuggerError) in
        try Dataset.load(path.text)
      }
      interpreter.emit(.note("\(dataset.count) micro-batches of \(dataset.inputs[0].shape[0]) rows from \(path.text)"))
    case "regression":
      guard let model = interpreter.session.configuration.model else {
        throw CommandError(
          "data regression needs to know the model's sizes; write for example first: model linear 16 16")
      }
      let options = try statement.regressionOptions()
      dataset = try interpreter.debugger(statement) { _ throws(DebuggerError) in try .regression(options, for: model) }
    default:
      throw CommandError(
        "no data '\(what.text)'" + didYouMean(what.text, among: ["regression", "load"])
          + "; there are regression and load", range: what.range)
    }
    try interpreter.configure(statement, blaming: statement.arguments.last) { $0.dataset = dataset }
  }
}

extension Statement {
  fileprivate func regressionOptions() throws(CommandError) -> RegressionOptions {
    var options = RegressionOptions()
    for (key, value, word) in try self.options(after: 1, known: ["batch", "batches", "seed"]) {
      switch key {
      case "batch": options.batch = try count(value, key, word)
      case "batches": options.batches = try count(value, key, word)
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
