import Training

extension Comparison {
  /// The verdict in a sentence.
  public var sentence: String {
    switch verdict {
    case .match: "the hook saw the gradient that was applied"
    case .scaled: "one factor explains the difference: the update used c x the hook's gradient"
    case .different: reason ?? "no single factor explains the difference"
    case .noUpdate: "the hook saw a gradient, but the parameter did not change"
    case .undefined: "c is undefined: " + (reason ?? "both gradients are 0")
    case .belowResolution: "the difference is below what the dtype can carry at this lr: rounding"
    case .notSeen: (reason ?? "no gradient was seen") + (reason == "the hook never fired" ? "" : "; write: hook all")
    }
  }
}
