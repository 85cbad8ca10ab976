import Models
import Tensors
import Training

/// What `data regression` can be told.
public struct RegressionOptions: Sendable {
  /// Rows in a micro-batch.
  public var batch = 8
  /// Micro-batches before they repeat.
  public var batches = 64
  public var seed: UInt64 = 7

  public init() {}
}

extension Dataset {
  /// `torch.manual_seed(seed)`, then inputs = randn(batches, batch, in), targets = randn(batches, batch, out).
  public static func regression(
    _ options: RegressionOptions, for model: any ModelDefinition
  ) throws(DebuggerError) -> Dataset {
    let rows = options.batch.multipliedReportingOverflow(by: options.batches)
    let limit = physicalMemory / 32 / max(model.inputFeatures, model.outputFeatures)
    guard !rows.overflow, rows.partialValue <= limit else {
      throw DebuggerError("\(options.batches) batches of \(options.batch) rows do not fit into this machine's memory")
    }
    var generator = TorchGenerator(seed: options.seed)
    func draw(_ features: Int) -> Tensor {
      generator.normal([options.batches, options.batch, features], dtype: .float32)
    }
    let inputs = draw(model.inputFeatures)
    return Dataset(
      words: "regression batch=\(options.batch) batches=\(options.batches) seed=\(options.seed)",
      inputs: inputs, targets: draw(model.outputFeatures))
  }
}
