import Autograd
import Debugger
import Tensors
import Training

// What `info data` tells.

extension InfoTopic {
  /// So much of a row is shown.
  private static let mostTokens = 32
  private static let mostRows = 8

  static func data(_ session: Session) -> String {
    guard let dataset = session.configuration.dataset else {
      return "no data yet; the first step draws some (data regression, data tokens, data text, data load)"
    }
    guard let next = session.nextBatch, dataset.inputs.indices.contains(next) else { return "data \(dataset.words)" }
    let shape = dataset.inputs[next].shape
    var lines = [
      "data \(dataset.words)", "micro-batch \(next + 1) of \(dataset.count) comes next: \(shape)",
    ]
    guard case .tokens(let ids) = dataset.inputs[next], case .labels(let labels) = dataset.targets[next],
      labels.shape == ids.shape, shape.rank == 2
    else { return lines.joined(separator: "\n") }
    for row in 0..<min(shape[0], mostRows) {
      lines.append(
        "row \(row + 1): " + text(ids.entry(row).values, labels.entry(row).values, dataset.text))
    }
    if shape[0] > mostRows { lines.append("and \(shape[0] - mostRows) rows more") }
    return lines.joined(separator: "\n")
  }

  /// A row's tokens; those that the loss passes over in brackets.
  private static func text(_ ids: [Int], _ labels: [Int], _ decode: (([Int]) -> String)?) -> String {
    var parts: [String] = []
    var start = 0
    let shown = min(ids.count, mostTokens)
    while start < shown {
      let isCounted = labels[start] >= 0
      let end = (start..<shown).first { (labels[$0] >= 0) != isCounted } ?? shown
      let tokens = Array(ids[start..<end])
      let text = decode.map { "'" + harmless($0(tokens)) + "'" } ?? tokens.map(String.init).joined(separator: " ")
      parts.append(isCounted ? text : "[\(text)]")
      start = end
    }
    return parts.joined(separator: " ") + (ids.count > shown ? " ... (\(ids.count) tokens)" : "")
  }
}
