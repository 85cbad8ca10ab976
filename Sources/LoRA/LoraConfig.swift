/// What PEFT's `LoraConfig` says about an adapter.
public struct LoraConfig: Sendable, Equatable {
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
  /// `r` and `lora_alpha` of single modules.
  public var rankPattern = ModulePatterns()
  public var alphaPattern = ModulePatterns()

  public init() {}

  /// What B A x is multiplied with, where no pattern says otherwise.
  public var scaling: Double { scaling(r: r, alpha: loraAlpha) }

  func scaling(r: Int, alpha: Double) -> Double {
    useRslora ? alpha / Double(r).squareRoot() : alpha / Double(r)
  }
}
