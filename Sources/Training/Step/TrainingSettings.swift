/// Everything that decides how gradients become new weights, with PyTorch's and the HF Trainer's names.
public struct TrainingSettings: Sendable, Equatable {
  public var lr = 0.01
  public var optimizer = "sgd"
  public var optimizerSettings = OptimizerSettings()
  /// lr of lora_B = lr x this (LoRA+, arXiv 2402.12354).
  public var loraplusLrRatio = 1.0
  public var gradientAccumulationSteps = 1
  /// Each micro-batch's loss is divided by the number of micro-batches.
  public var divideLoss = true
  /// Nil is off.
  public var maxGradNorm: Double?
  public var zeroGrad = true
  /// Threads of matrix products; their number can decide a product's last bit.
  public var threads = 1

  public init() {}

  /// The learning rate of a parameter, by its name in the state dict.
  public func lr(ofParameter name: String) -> Double { lr * (name.contains(".lora_B.") ? loraplusLrRatio : 1) }
}
