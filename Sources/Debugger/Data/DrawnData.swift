import Models
import Tensors
import Training

/// What can be said about data that is drawn at random.
public struct DataOptions: Sendable {
  /// Rows in a micro-batch; 0 is an empty one.
  public var batch = 8
  /// Micro-batches before they repeat.
  public var batches = 64
  /// Tokens in a row.
  public var length = 16
  public var seed: UInt64 = 7

  public init() {}

  func words(_ name: String, withLength: Bool = false) -> String {
    "\(name) batch=\(batch)" + (withLength ? " length=\(length)" : "") + " batches=\(batches) seed=\(seed)"
  }

  /// About ten seconds of drawing, which nothing interrupts.
  private static let mostNumbers = 1 << 27
  /// A micro-batch takes memory even if it is empty; in numbers, generously.
  private static let perBatch = 32

  /// Refuses what does not fit into memory, or takes too long to draw.
  func check(_ kind: String, numbersPerRow: Int) throws(DebuggerError) {
    let limit = min(DataOptions.mostNumbers, physicalMemory / 32)
    let (row, isWide) = batch.multipliedReportingOverflow(by: max(numbersPerRow, 1))
    guard !isWide, row < limit, batches <= limit / (row + DataOptions.perBatch) else {
      throw DebuggerError(
        "\(batches) batches of \(batch) rows with \(numbersPerRow) numbers each are too much to draw; use fewer, as in: "
          + "data \(kind) batch=1 batches=2")
    }
  }
}

/// Data that the `data` command draws from a seed. To add a kind: one file, and a line in `all`.
public struct DrawnData: Sendable {
  public let name: String
  public let summary: String
  /// The options it takes, by name.
  public let options: [String]
  public let draw: @Sendable (DataOptions, any ModelDefinition) throws(DebuggerError) -> Dataset

  public static let all: [DrawnData] = [.regression, .classification, .tokens]

  /// What a step is taken on where no data was chosen.
  public static func standard(for model: any ModelDefinition, _ loss: any Loss) -> DrawnData {
    if case .tokens = model.input { return .tokens }
    return loss.takesLabels ? .classification : .regression
  }

  /// The numbers in one input row.
  static func features(of model: any ModelDefinition, _ name: String) throws(DebuggerError) -> Int {
    guard case .features(let count) = model.input else {
      throw DebuggerError("\(model.title) takes token ids; write: data tokens (not: data \(name))")
    }
    return count
  }
}
