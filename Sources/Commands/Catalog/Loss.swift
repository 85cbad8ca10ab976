import Autograd
import Debugger
import Training

extension Command {
  static let loss = Command(
    name: "loss", group: .setUp,
    usage: LossKind.all.map { kind in
      "loss \(kind.name) " + kind.options.map { lossOptions[$0] ?? "" }.joined(separator: " ")
    },
    summary: "choose the loss function",
    details: LossKind.all.map { "\($0.name): \($0.summary)" }.joined(separator: "\n"),
    example: "loss mse reduction=sum", changesSession: true,
    complete: { context in
      guard context.words.count > 1 else { return LossKind.all.map { Candidate($0.name, $0.summary) } }
      let options = LossKind.all.first { $0.name == context.words[1] }?.options ?? []
      return context.options(
        options.flatMap {
          $0 == "reduction"
            ? ["reduction=mean", "reduction=sum"] : [Candidate($0 + "=", "labels of this value are passed over")]
        })
    }
  ) { interpreter, statement throws(CommandError) in
    let kinds = LossKind.all.map(\.name)
    guard let word = statement.arguments.first else {
      throw CommandError("which loss? write for example: loss mse (there are \(kinds.joined(separator: ", ")))")
    }
    guard let kind = LossKind.all.first(where: { $0.name == word.text }) else {
      throw CommandError(
        "no loss '\(word.text)'" + didYouMean(word.text, orOneOf: kinds),
        range: word.range)
    }
    var options = LossOptions()
    for (key, value, word) in try statement.options(after: 1, known: kind.options) {
      if key == "ignore_index" {
        guard let index = Int(value) else {
          throw CommandError("ignore_index needs a whole number, not '\(value)'", range: word.range)
        }
        options.ignoreIndex = index
      } else {
        guard let known = Reduction(rawValue: value) else {
          throw CommandError("reduction is mean or sum, not '\(value)'", range: word.range)
        }
        options.reduction = known
      }
    }
    try interpreter.configure(statement) { $0.loss = kind.make(options) }
  }

  private static let lossOptions = ["reduction": "[reduction=mean|sum]", "ignore_index": "[ignore_index=N]"]
}
