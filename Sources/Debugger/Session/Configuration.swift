import LoRA
import Models
import Tensors
import Training

/// All that a user has asked for: model, adapter, training set-up, data and hooks. A session's state
/// before the first step follows from it alone.
public struct Configuration: Sendable {
  public var model: (any ModelDefinition)?
  public var lora = LoraConfig()
  public var training = TrainingSettings()
  public var dtype = DType.float32
  public var seed: UInt64 = 0
  public var loss: any Loss = LossKind.meanSquaredError.make(.mean)
  /// Nil until `data` was given; then the first step makes a regression set.
  public var dataset: Dataset?
  /// What `load weights` read, by state-dict name.
  public var weights: [String: Tensor] = [:]
  /// A model was just asked for: training starts from the beginning.
  var modelIsNew = false
  /// Weights were just loaded and are to be put in, also where training has begun.
  var weightsAreNew = false
  public var hooks: [HookRequest] = []
  /// The next hook's ID: a removed hook's is not used again.
  public var nextHook = 1

  public init() {}

  /// Asks for a model. As in PyTorch it comes with fresh weights and without hooks.
  public mutating func start(_ definition: any ModelDefinition) {
    model = definition
    modelIsNew = true
    weights = [:]
    hooks = []
    nextHook = 1
  }

  /// Whether both start from the same parameter values.
  func initializesLike(_ other: Configuration) -> Bool {
    model?.words == other.model?.words && lora.r == other.lora.r
      && lora.targetModules == other.lora.targetModules && dtype == other.dtype && seed == other.seed
  }
}
