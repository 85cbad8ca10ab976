import Autograd
import Models
import Tensors
import Training

extension Session {
  /// Whether the model can take these batches and the loss these targets; in torch's words where it has some.
  /// Labels that are out of range only count with `checkingLabels`: the loss may be told later which to ignore.
  static func check(
    _ dataset: Dataset, against configuration: Configuration, checkingLabels: Bool
  ) throws(DebuggerError) {
    guard let model = configuration.model else { return }
    let loss = configuration.loss
    for (input, target) in zip(dataset.inputs, dataset.targets) {
      try check(input, for: model)
      let output = model.output(of: input.shape)
      if let reason = loss.mismatch(output: output, target: target) {
        throw DebuggerError("the data does not fit the loss: " + reason)
      }
      if checkingLabels, let reason = loss.flaw(output: output, target: target) { throw DebuggerError(reason) }
    }
  }

  /// New data that does not fit is refused; old data gives way to a new model.
  func checkData(_ changed: inout Configuration, isLossChosen: Bool, _ notes: inout [String]) throws(DebuggerError) {
    guard let dataset = changed.dataset else { return }
    let isNew = dataset.words != configuration.dataset?.words
    do {
      try Session.check(dataset, against: changed, checkingLabels: isLossChosen)
    } catch {
      guard configuration.dataset != nil, changed.modelIsAnother(than: configuration), !isNew else { throw error }
      changed.dataset = nil
      notes.append("the data no longer fits the model and was dropped")
      return
    }
    if isNew, let model = changed.model, let input = dataset.inputs.first, let target = dataset.targets.first,
      let caution = changed.loss.caution(output: model.output(of: input.shape), target: target)
    {
      notes.append("warning: " + caution)
    }
  }

  private static func check(_ input: ModelInput, for model: any ModelDefinition) throws(DebuggerError) {
    switch (model.input, input) {
    case (.features(let count), .features(let tensor)):
      guard tensor.shape.rank == 2, tensor.shape[1] == count else {
        throw DebuggerError(
          "the data's inputs are \(tensor.shape), \(model.title) takes [batch, \(count)]; "
            + "torch: mat1 and mat2 shapes cannot be multiplied")
      }
    case (.tokens(let vocabulary, let longest), .tokens(let ids)):
      if let bad = ids.values.first(where: { !(0..<vocabulary).contains($0) }) {
        throw DebuggerError(
          "index out of range in self: input_ids has \(bad), the vocabulary ends at \(vocabulary - 1)")
      }
      guard ids.shape[1] <= longest else {
        throw DebuggerError("rows of \(ids.shape[1]) tokens are longer than max_position_embeddings, \(longest)")
      }
    case (.features, _):
      throw DebuggerError("the data's inputs are token ids, \(model.title) takes numbers; write: model transformer")
    case (.tokens, _):
      throw DebuggerError("the data's inputs are numbers, \(model.title) takes token ids (input_ids)")
    }
  }

  /// Labels need a loss for labels, numbers one for numbers: what was chosen last decides.
  func matchLossToData(_ changed: inout Configuration, _ notes: inout [String]) {
    guard let target = changed.dataset?.targets.first else { return }
    let areLabels = if case .labels = target { true } else { false }
    guard areLabels != changed.loss.takesLabels else { return }
    if changed.loss.words != configuration.loss.words {
      changed.dataset = nil
      notes.append("the data has no \(areLabels ? "numbers" : "labels") for this loss and was dropped")
    } else if !changed.modelIsNew {
      changed.loss = (areLabels ? LossKind.crossEntropy : .meanSquaredError).make(LossOptions())
      notes.append("the targets are \(areLabels ? "labels" : "numbers"): loss \(changed.loss.words)")
    }
  }
}
