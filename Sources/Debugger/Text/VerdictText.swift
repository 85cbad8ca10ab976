import Training

extension Comparison {
  /// The verdict in a sentence.
  public var sentence: String {
    switch verdict {
    case .match: "the hook saw the gradient that was applied"
    case .scaled: "the update is c x what the hook saw"
    case .different: reason ?? "no single factor explains the difference"
    case .noUpdate: "the hook saw a gradient, but the parameter did not change"
    case .undefined: reason ?? "both gradients are 0"
    case .belowResolution: "rounding: the dtype cannot carry the difference at this lr"
    case .notSeen: (reason ?? "no gradient was seen") + (reason == "the hook never fired" ? "" : "; write: hook all")
    }
  }
}
