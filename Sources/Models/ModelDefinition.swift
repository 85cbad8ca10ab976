import Autograd
import Tensors

/// A model as a user asks for it: sizes and options, no weights yet.
public protocol ModelDefinition: Sendable {
  /// What the title line calls it, such as `Linear 16x16`.
  var title: String { get }
  /// The words after `model` that make this one again.
  var words: String { get }
  /// Features of one input row and of one output row.
  var inputFeatures: Int { get }
  var outputFeatures: Int { get }
  /// How many numbers its parameters hold; nil if that overflows.
  var parameterCount: Int? { get }
  /// Inputs plus outputs of all its Linears: an adapter on all of them has r times as many numbers.
  var featureSum: Int { get }
  /// Draws the weights in torch's order.
  func build(dtype: DType, generator: inout TorchGenerator) -> Model
}

/// A kind of model that the `model` command knows. To add one: one file, and a line in `all`.
public struct ModelKind: Sendable {
  public let name: String
  public let usage: String
  public let summary: String
  public let parse: @Sendable ([String]) throws(ModelError) -> any ModelDefinition

  public static let all: [ModelKind] = [.linear, .mlp]
}

/// What is wrong with the words after `model NAME`; `word` is the index of the one at fault.
public struct ModelError: DescribedError, Equatable {
  public let message: String
  public let word: Int?

  public init(_ message: String, word: Int? = nil) {
    self.message = message
    self.word = word
  }
}
