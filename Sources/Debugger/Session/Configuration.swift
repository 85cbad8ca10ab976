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
  public var loss: any Loss = LossKind.meanSquaredError.make(LossOptions())
  /// Nil until `data` was given; the first step draws some where it was not.
  public var dataset: Dataset?
  /// `merge_adapter()` was called: B A is part of the base weights.
  public var isMerged = false
  /// Off under `disable_adapter()`.
  public var usesAdapters = true
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
    let wasLanguageModel = model?.input.isTokens ?? false
    model = definition
    // A language model comes with its own loss; after it the plain default is meant again.
    if definition.input.isTokens != loss.takesLabels, definition.input.isTokens || wasLanguageModel {
      loss = (definition.input.isTokens ? LossKind.crossEntropy : .meanSquaredError).make(LossOptions())
    }
    modelIsNew = true
    weights = [:]
    hooks = []
    nextHook = 1
  }

  /// Whether the forward pass goes through the adapter.
  var isAdapterActive: Bool { usesAdapters && !isMerged }

  func modelIsAnother(than other: Configuration) -> Bool { model?.command != other.model?.command }

  /// Whether both start from the same parameter values, but for what depends on lora_alpha.
  func initializesLike(_ other: Configuration) -> Bool {
    model?.command == other.model?.command && lora.initializesLike(other.lora) && dtype == other.dtype
      && seed == other.seed
  }
}

extension ModelInputKind {
  var isTokens: Bool { if case .tokens = self { true } else { false } }
}
