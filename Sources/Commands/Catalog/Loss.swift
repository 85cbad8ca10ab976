import Autograd
import Debugger
import Training

extension Command {
  static let loss = Command(
    name: "loss", group: .setUp, usage: ["loss mse [reduction=mean|sum]"],
    summary: "choose the loss function",
    details: LossKind.all.map { "\($0.name): \($0.summary)" }.joined(separator: "\n"),
    example: "loss mse reduction=sum", changesSession: true,
    complete: { $0.words.count == 1 ? LossKind.all.map(\.name) : ["reduction=mean", "reduction=sum"] }
  ) { interpreter, statement throws(CommandError) in
    let kinds = LossKind.all.map(\.name)
    guard let word = statement.arguments.first else { throw CommandError("write: loss mse [reduction=mean|sum]") }
    guard let kind = LossKind.all.first(where: { $0.name == word.text }) else {
      throw CommandError("no loss '\(word.text)'; there is \(kinds.joined(separator: ", "))", range: word.range)
    }
    var reduction = Reduction.mean
    for (_, value, word) in try statement.options(after: 1, known: ["reduction"]) {
      guard let known = Reduction(rawValue: value) else {
        throw CommandError("reduction is mean or sum, not '\(value)'", range: word.range)
      }
      reduction = known
    }
    try interpreter.configure(statement) { $0.loss = kind.make(reduction) }
  }
}
