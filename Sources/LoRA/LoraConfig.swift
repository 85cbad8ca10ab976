/// What PEFT's `LoraConfig` says about an adapter.
public struct LoraConfig: Sendable, Equatable {
  public var r = 8
  public var loraAlpha = 8.0
  /// Scale by alpha/sqrt(r) instead of alpha/r (rsLoRA, arXiv 2312.03732).
  public var useRslora = false
  public var targetModules = TargetModules.allLinear

  public init() {}

  /// What B A x is multiplied with.
  public var scaling: Double {
    useRslora ? loraAlpha / Double(r).squareRoot() : loraAlpha / Double(r)
  }
}
