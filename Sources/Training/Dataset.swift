import Tensors

/// The batches a session trains on, used in order and then from the start again.
public struct Dataset: Sendable {
  /// As the `data` command takes it.
  public let words: String
  /// One entry per micro-batch: `[batch, features]`.
  public let inputs: [Tensor]
  public let targets: [Tensor]

  /// `inputs` and `targets` have the micro-batches on their first axis, equally many.
  public init(words: String, inputs: Tensor, targets: Tensor) {
    self.words = words
    self.inputs = (0..<inputs.shape[0]).map { inputs.entry($0) }
    self.targets = (0..<targets.shape[0]).map { targets.entry($0) }
  }

  public var count: Int { inputs.count }

  public func converted(to dtype: DType) -> Dataset {
    Dataset(
      words: words, inputs: inputs.map { $0.converted(to: dtype) }, targets: targets.map { $0.converted(to: dtype) })
  }

  private init(words: String, inputs: [Tensor], targets: [Tensor]) {
    self.words = words
    self.inputs = inputs
    self.targets = targets
  }
}
