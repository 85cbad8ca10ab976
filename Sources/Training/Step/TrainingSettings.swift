/// When gradients are clipped.
public enum ClipTime: String, Sendable, CaseIterable {
  /// Once, before the optimizer.
  case step
  /// After every micro-batch: what was accumulated so far is clipped again and again.
  case eachBackward = "each_backward"
  /// When the optimizer has used them: too late to matter.
  case afterStep = "after_step"
}

/// Which side of `optimizer.step()` the scheduler stepped on.
public enum SchedulerOrder: String, Sendable, CaseIterable {
  case after, before
}

/// The learning rate that an effective gradient is divided by.
public enum LRReading: String, Sendable, CaseIterable {
  /// The one the optimizer used.
  case used
  /// The one that is read after the step, when the scheduler has moved on.
  case current
  /// `optimizer.param_groups[0]["lr"]`, whatever group the parameter is in (LoRA+ has lora_A in the first).
  case firstGroup = "first_group"
}

/// How the state dict from before the step was kept.
public enum SnapshotMode: String, Sendable, CaseIterable {
  case clone
  /// Not cloned: it shows the new weights.
  case reference
}

/// Everything that decides how gradients become new weights, with PyTorch's and the HF Trainer's names.
public struct TrainingSettings: Sendable, Equatable {
  public var lr = 0.01
  public var optimizer = "sgd"
  public var optimizerSettings = OptimizerSettings()
  /// lr of lora_B and of DoRA's magnitudes = lr x this (LoRA+, arXiv 2402.12354).
  public var loraplusLrRatio = 1.0
  public var scheduler = "constant"
  public var scheduleSettings = ScheduleSettings()
  public var schedulerOrder = SchedulerOrder.after
  public var lrRead = LRReading.used
  public var gradientAccumulationSteps = 1
  /// Each micro-batch's loss is divided by the number of micro-batches.
  public var divideLoss = true
  /// Nil is off.
  public var maxGradNorm: Double?
  public var clipValue: Double?
  public var clipWhen = ClipTime.step
  /// What the loss is multiplied with at first (`GradScaler(init_scale=)`); nil is off.
  public var lossScale: Double?
  /// Ranks under DistributedDataParallel.
  public var replicas = 1
  public var zeroGrad = true
  public var snapshot = SnapshotMode.clone
  /// Activations are computed again in the backward pass.
  public var checkpointing = false
  /// What dropout masks follow from.
  public var seed: UInt64 = 0
  /// Threads of the kernels; their number can decide a matrix product's last bit.
  public var threads = 1

  public init() {}

  /// The learning rate of a parameter before any schedule, by its name in the state dict.
  /// PEFT's `create_loraplus_optimizer` puts vectors beside lora_B, which DoRA's magnitudes are.
  public func baseLR(ofParameter name: String) -> Double {
    let isFaster = name.contains(".lora_B.") || name.contains(".lora_magnitude_vector.")
    return isFaster ? lr * loraplusLrRatio : lr
  }

  /// What a schedule makes of it.
  public var schedule: any Schedule {
    let kind = ScheduleKind.all.first { $0.name == scheduler }
    return (kind ?? .constant).make(scheduleSettings)
  }
}
