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

  /// Refuses what does not fit into memory.
  func check(numbersPerRow: Int) throws(DebuggerError) {
    let rows = batch.multipliedReportingOverflow(by: batches)
    guard !rows.overflow, rows.partialValue <= physicalMemory / 32 / max(numbersPerRow, 1) else {
      throw DebuggerError("\(batches) batches of \(batch) rows do not fit into this machine's memory")
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
