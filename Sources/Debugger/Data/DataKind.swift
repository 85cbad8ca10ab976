import Models
import Tensors
import Training

/// What can be said about data, whatever its kind.
public struct DataOptions: Sendable {
  /// Rows in a micro-batch; 0 is an empty one, nil the kind's own choice.
  public var batch: Int?
  /// Micro-batches before they repeat.
  public var batches = 64
  /// Tokens in a row; nil is the kind's own choice.
  public var length: Int?
  public var seed: UInt64 = 7
  /// Tokens at the beginning of each row that the loss passes over.
  public var prompt = 0
  /// A tokenizer.json, or the directory it is in; nil is the model's directory.
  public var tokenizer: String?

  public init() {}

  /// What each option is, by its name.
  public static let help = [
    "batch": "rows in a micro-batch", "batches": "micro-batches before they repeat", "length": "tokens in a row",
    "seed": "torch.manual_seed before drawing", "prompt": "tokens of each row that the loss passes over",
    "tokenizer": "a tokenizer.json, or the directory it is in",
  ]

  private static let drawnBatch = 8
  static let drawnLength = 16

  /// Rows in a micro-batch that is drawn.
  var drawn: Int { batch ?? DataOptions.drawnBatch }

  func words(_ name: String, withLength: Bool = false) -> String {
    "\(name) batch=\(drawn)" + (withLength ? " length=\(length ?? DataOptions.drawnLength)" : "")
      + " batches=\(batches) seed=\(seed)"
  }

  /// About ten seconds of drawing, which nothing interrupts.
  private static let mostNumbers = 1 << 27
  /// A micro-batch takes memory even if it is empty; in numbers, generously.
  private static let perBatch = 32

  /// Refuses what does not fit into memory, or takes too long to draw.
  func check(_ kind: String, numbersPerRow: Int) throws(DebuggerError) {
    let limit = min(DataOptions.mostNumbers, physicalMemory / 32)
    let (row, isWide) = drawn.multipliedReportingOverflow(by: max(numbersPerRow, 1))
    guard !isWide, row < limit, batches <= limit / (row + DataOptions.perBatch) else {
      throw DebuggerError(
        "\(batches) batches of \(drawn) rows with \(numbersPerRow) numbers each are too much to draw; use fewer, as in: "
          + "data \(kind) batch=1 batches=2")
    }
  }
}

/// What stands after `data KIND`: words such as ids or a file, and options.
public struct DataRequest: Sendable {
  public var words: [String] = []
  public var options = DataOptions()

  public init() {}
}

/// Data that the `data` command knows. To add a kind: one file, and a line in `all`.
public struct DataKind: Sendable {
  public let name: String
  /// What may stand after the name besides options; nil is nothing.
  public let words: String?
  public let summary: String
  /// The options it takes, by name.
  public let options: [String]
  /// The data, and what is to be said about it.
  public let make: @Sendable (DataRequest, (any ModelDefinition)?) throws(DebuggerError) -> (Dataset, [String])

  public static let all: [DataKind] = [.regression, .classification, .tokens, .text, .load]

  public var usage: String {
    let choices = options.map { " [\($0)=\($0 == "tokenizer" ? "PATH" : "N")]" }.joined()
    return "data \(name)" + (words.map { " " + $0 } ?? "") + choices
  }

  /// What a step is taken on where no data was chosen.
  public static func standard(for model: any ModelDefinition, _ loss: any Loss) -> DataKind {
    if case .tokens = model.input { return .tokens }
    return loss.takesLabels ? .classification : .regression
  }

  /// The model, and the numbers in one input row.
  static func features(
    of model: (any ModelDefinition)?, _ name: String
  ) throws(DebuggerError) -> (any ModelDefinition, Int) {
    let model = try needed(model, name)
    guard case .features(let count) = model.input else {
      throw DebuggerError("\(model.title) takes token ids; write: data tokens (not: data \(name))")
    }
    return (model, count)
  }

  /// A model that takes tokens, its vocabulary, and how long a row may be.
  static func tokens(
    of model: (any ModelDefinition)?, _ name: String
  ) throws(DebuggerError) -> (any ModelDefinition, vocabulary: Int, longest: Int) {
    let model = try needed(model, name)
    guard case .tokens(let vocabulary, let longest) = model.input else {
      throw DebuggerError("\(model.title) takes numbers, not token ids; write: data regression")
    }
    return (model, vocabulary, longest)
  }

  private static func needed(
    _ model: (any ModelDefinition)?, _ name: String
  ) throws(DebuggerError) -> any ModelDefinition {
    guard let model else {
      throw DebuggerError("data \(name) needs to know the model's sizes; write for example first: model linear 16 16")
    }
    return model
  }
}
