import Training

extension Verdict {
  /// What it says of a hook's gradient, in a sentence.
  public var meaning: String {
    switch self {
    case .match: "the hook saw the gradient that was applied"
    case .scaled: "the update is c x what the hook saw"
    case .different: "no single factor explains the difference"
    case .noUpdate: "the hook saw a gradient, but the parameter did not change"
    case .undefined: "both gradients are 0"
    case .belowResolution: "rounding: the dtype cannot carry the difference at this lr"
    case .notSeen: "no gradient was seen"
    }
  }
}

extension Comparison {
  /// The verdict in a sentence, with its reason where there is one.
  public var sentence: String {
    switch verdict {
    case .match, .scaled, .noUpdate, .belowResolution: verdict.meaning
    case .different, .undefined: reason ?? verdict.meaning
    case .notSeen: (reason ?? verdict.meaning) + (reason == "the hook never fired" ? "" : "; write: hook all")
    }
  }
}
