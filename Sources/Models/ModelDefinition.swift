import Autograd
import Tensors

/// What one row of a model's input is.
public enum ModelInputKind: Sendable, Equatable {
  /// That many numbers.
  case features(Int)
  /// Token ids below `vocabulary`, at most `longest` in a row; the loss compares each place with the next
  /// token, as transformers' causal language models do.
  case tokens(vocabulary: Int, longest: Int)
}

/// A model as a user asks for it: sizes and options, no weights yet.
public protocol ModelDefinition: Sendable {
  /// What the title line calls it, such as `Linear 16x16`.
  var title: String { get }
  /// The command that makes this one again.
  var command: String { get }
  var input: ModelInputKind { get }
  /// Numbers of one output row.
  var outputFeatures: Int { get }
  /// How many numbers its parameters hold; nil if that overflows.
  var parameterCount: Int? { get }
  /// Inputs plus outputs of all its Linears: an adapter on all of them has r times as many numbers.
  var featureSum: Int { get }
  /// How PyTorch makes it.
  var torch: TorchSource { get }
  /// The graph with its weights: loaded ones, or drawn in torch's order.
  func build(dtype: DType, generator: inout TorchGenerator) throws(ModelError) -> Model
}

extension ModelDefinition {
  /// The shape of the output for one batch.
  public func output(of input: Shape) -> Shape {
    switch self.input {
    case .features: input.withColumns(outputFeatures)
    case .tokens: Shape(input.dimensions + [outputFeatures])
    }
  }
}

/// A kind of model that the `model` command knows. To add one: one file, and a line in `all`.
public struct ModelKind: Sendable {
  public let name: String
  public let usage: String
  public let summary: String
  /// What Tab offers after the name.
  public let choices: [String]
  public let parse: @Sendable ([String]) throws(ModelError) -> any ModelDefinition

  public static let all: [ModelKind] = [.linear, .mlp, .transformer]
}

/// What is wrong with the words after `model NAME`; `word` is the index of the one at fault.
public struct ModelError: DescribedError, Equatable {
  public let message: String
  public let word: Int?

  public init(_ message: String, word: Int? = nil) {
    self.message = message
    self.word = word
  }

  static func wrap<T, E: DescribedError>(_ body: () throws(E) -> T) throws(ModelError) -> T {
    do {
      return try body()
    } catch {
      throw ModelError(error.message)
    }
  }
}
