/// What PEFT's `LoraConfig` says about an adapter.
public struct LoraConfig: Sendable, Equatable {
  /// What `r` may be.
  public static let ranks = 1...65_536

  public var r = 8
  public var loraAlpha = 8.0
  /// Scale by alpha/sqrt(r) instead of alpha/r (rsLoRA, arXiv 2312.03732).
  public var useRslora = false
  /// Train direction and magnitude apart (DoRA, arXiv 2402.09353).
  public var useDora = false
  /// The chance that an input of lora_A is dropped.
  public var loraDropout = 0.0
  public var initLoraWeights = LoraInitialization.default
  public var targetModules = TargetModules.allLinear
  /// Modules that get no adapter although `targetModules` names them.
  public var excludeModules: TargetModules?
  /// The decoder layers that get adapters; nil is all.
  public var layersToTransform: [Int]?
  /// What stands before a layer's number in a module's path; any name does if there is none.
  public var layersPattern: [String] = []
  /// `r` and `lora_alpha` of single modules.
  public var rankPattern = ModulePatterns()
  public var alphaPattern = ModulePatterns()
  /// Which of the base model's biases are trained, too.
  public var bias = BiasTraining.none
  /// Ends of the names of modules that are trained as a whole, as copies.
  public var modulesToSave: [String] = []

  public init() {}

  /// What B A x is multiplied with, where no pattern says otherwise.
  public var scaling: Double { scaling(r: r, alpha: loraAlpha) }

  func scaling(r: Int, alpha: Double) -> Double {
    useRslora ? alpha / Double(r).squareRoot() : alpha / Double(r)
  }

  /// Whether two adapters begin with the same numbers, but for what depends on lora_alpha.
  public func initializesLike(_ other: LoraConfig) -> Bool {
    var own = self
    (own.loraAlpha, own.useRslora, own.alphaPattern) = (other.loraAlpha, other.useRslora, other.alphaPattern)
    own.loraDropout = other.loraDropout
    return own == other
  }
}

/// PEFT's `bias`.
public enum BiasTraining: String, Sendable, CaseIterable {
  case none
  /// Every bias of the base model.
  case all
  /// Those of the modules with an adapter.
  case loraOnly = "lora_only"
}
