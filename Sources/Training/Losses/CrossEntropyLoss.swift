import Autograd
import Tensors

extension LossKind {
  public static let crossEntropy = LossKind(
    name: "cross_entropy",
    summary: "nn.CrossEntropyLoss: labels are classes; for a language model the next token, as in transformers",
    options: ["reduction", "ignore_index"]
  ) { CrossEntropyLoss(options: $0) }
}

/// `nn.CrossEntropyLoss(reduction=, ignore_index=)` of `[batch, classes]` with labels `[batch]`; for a language
/// model's `[batch, length, vocabulary]` it is transformers' ForCausalLMLoss: each place is compared with
/// the label after it, and 16-bit logits are widened first.
struct CrossEntropyLoss: Loss {
  let options: LossOptions

  var words: String { "cross_entropy" + options.words }

  var torch: String { "nn.CrossEntropyLoss(\(options.torch))" }

  var takesLabels: Bool { true }

  func mismatch(output: Shape, target: Target) -> String? {
    guard case .labels(let labels) = target else {
      return "cross_entropy needs labels that are integers, these are numbers; write: loss mse"
    }
    guard labels.shape.rank == output.rank - 1, labels.shape.dimensions == Array(output.dimensions.dropLast()) else {
      let (input, own) = (output.rows, labels.shape.count)
      return "Expected input batch_size (\(input)) to match target batch_size (\(own)): cross_entropy needs one label "
        + "for each row of \(output), these are \(labels.shape)"
    }
    return nil
  }

  func flaw(output: Shape, target: Target) -> String? {
    guard case .labels(let labels) = target else { return nil }
    let classes = output.columns
    if let bad = labels.values.first(where: { $0 != options.ignoreIndex && !(0..<classes).contains($0) }) {
      return "Target \(bad) is out of bounds: labels go from 0 to \(classes - 1), and \(options.ignoreIndex) is ignored"
    }
    return nil
  }

  func apply(_ output: Tape.ValueID, target: Target, on tape: inout Tape) -> Tape.ValueID {
    guard case .labels(let labels) = target else { preconditionFailure("targets were not checked") }
    let isLanguageModel = labels.shape.rank == 2
    let logits = isLanguageModel ? tape.cast(output, to: tape[output].dtype.computing) : output
    var used = isLanguageModel ? shifted(labels) : labels.values
    if let kept = tape.keptRows { used = kept.map { used[$0] } }
    return tape.crossEntropy(
      logits, labels: used.map { $0 == options.ignoreIndex ? nil : $0 }, reduction: options.reduction)
  }

  /// A language model's places that have a label. In 16 bits the order in which torch adds up counts all of them.
  func rowsRead(_ target: Target, dtype: DType) -> [Int]? {
    guard case .labels(let labels) = target, labels.shape.rank == 2, !dtype.is16Bit else { return nil }
    let rows = shifted(labels).enumerated().filter { $0.element != options.ignoreIndex }.map(\.offset)
    return rows.isEmpty || rows.count * 8 > labels.values.count * 7 ? nil : rows
  }

  /// Each place gets the label after it; after the last there is none.
  private func shifted(_ labels: Indices) -> [Int] {
    let length = labels.shape[1]
    return labels.values.indices.map { ($0 + 1) % length == 0 ? options.ignoreIndex : labels.values[$0 + 1] }
  }
}
