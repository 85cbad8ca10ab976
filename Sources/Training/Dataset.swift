import Autograd
import Tensors

/// What a batch's output is compared with.
public enum Target: Sendable {
  /// Numbers of the output's shape.
  case values(Tensor)
  /// A class for each row, or a token for each place.
  case labels(Indices)

  public var shape: Shape {
    switch self {
    case .values(let tensor): tensor.shape
    case .labels(let labels): labels.shape
    }
  }
}

/// The batches a session trains on, used in order and then from the start again.
public struct Dataset: Sendable {
  /// As the `data` command takes it.
  public let words: String
  /// One entry per micro-batch.
  public let inputs: [ModelInput]
  public let targets: [Target]
  /// The text of token ids, where a tokenizer made them.
  public let text: (@Sendable ([Int]) -> String)?

  public init(
    words: String, inputs: [ModelInput], targets: [Target], text: (@Sendable ([Int]) -> String)? = nil
  ) {
    precondition(inputs.count == targets.count)
    self.words = words
    self.inputs = inputs
    self.targets = targets
    self.text = text
  }

  public var count: Int { inputs.count }

  /// With its floating-point numbers in another dtype.
  public func converted(to dtype: DType) -> Dataset {
    Dataset(
      words: words,
      inputs: inputs.map { if case .features(let tensor) = $0 { .features(tensor.converted(to: dtype)) } else { $0 } },
      targets: targets.map { if case .values(let tensor) = $0 { .values(tensor.converted(to: dtype)) } else { $0 } },
      text: text)
  }
}

extension [ModelInput] {
  /// One batch per entry of the first axis.
  public init(features: Tensor) { self = (0..<features.shape[0]).map { .features(features.entry($0)) } }

  public init(tokens: Tensors.Indices) { self = (0..<tokens.shape[0]).map { .tokens(tokens.entry($0)) } }
}

extension [Target] {
  public init(values: Tensor) { self = (0..<values.shape[0]).map { .values(values.entry($0)) } }

  public init(labels: Tensors.Indices) { self = (0..<labels.shape[0]).map { .labels(labels.entry($0)) } }
}
