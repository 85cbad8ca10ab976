import Tensors
import Training

/// The training state after a step, in a line: bits that a replay must meet, and numbers that are compared where
/// another processor rounds otherwise.
public struct StateDigest: Sendable, Equatable {
  public let step: Int
  /// Of every bit that training goes on from.
  public let hash: UInt64
  public let loss: Double?
  /// Norm of everything that is trained, after the step.
  public let norm: Double

  public init(step: Int, hash: UInt64, loss: Double?, norm: Double) {
    (self.step, self.hash, self.loss, self.norm) = (step, hash, loss, norm)
  }
}

extension Session {
  /// Whether a digest takes a noticeable part of a step: where millions of numbers are trained.
  public var hasDearDigest: Bool {
    guard isLarge, let state, let record = lastRecord else { return false }
    let trained = record.parameters.map(\.parameter).filter(state.parameters.indices.contains)
    return trained.reduce(0) { $0 + state.parameters[$1].count } > 1 << 20
  }

  /// The digest of the state after the last step; nil before one, or inside one.
  public var stateDigest: StateDigest? {
    guard !isInsideStep, let state, let record = lastRecord else { return nil }
    var (hash, squares) = (StableHash(), 0.0)
    for number in [state.step, state.batchesUsed, state.schedulerSteps] { hash.add(number) }
    hash.add(state.scaler?.scale ?? 0)
    hash.add(record.loss ?? 0)
    // What is frozen does not change: a digest of it would say nothing and cost most.
    for parameter in record.parameters.map(\.parameter) where state.parameters.indices.contains(parameter) {
      let value = state.parameters[parameter]
      hash.add(value)
      let norm = value.norm
      squares += norm * norm
      if let gradient = state.gradients[parameter] { hash.add(gradient) }
      for buffer in state.optimizer[parameter].buffers { hash.add(buffer) }
    }
    return StateDigest(step: state.step, hash: hash.value, loss: record.loss, norm: squares.squareRoot())
  }
}

extension StateDigest {
  /// Relative differences up to here may come from another processor's rounding, over the steps of a session.
  public static let tolerance = 1e-3

  /// Whether loss and norm agree as far as two processors can be asked to.
  public func isNear(_ other: StateDigest) -> Bool {
    step == other.step && StateDigest.agree(loss, other.loss) && StateDigest.agree(norm, other.norm)
  }

  private static func agree(_ a: Double?, _ b: Double?) -> Bool {
    guard let a, let b, a.isFinite, b.isFinite else {
      return (a == nil) == (b == nil) && a?.isFinite == b?.isFinite
    }
    return abs(a - b) <= tolerance * max(abs(a), abs(b))
  }

  /// `3 0123456789abcdef loss 1.25 norm 4.5`.
  public var text: String { "\(step) \(hashText) loss \(loss.map { "\($0)" } ?? "-") norm \(norm)" }

  public var hashText: String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Nil for a text that `text` cannot have made.
  public init?(text: some StringProtocol) {
    let words = text.split(separator: " ")
    guard words.count == 6, words[2] == "loss", words[4] == "norm", let step = Int(words[0]), words[1].count == 16,
      let hash = UInt64(words[1], radix: 16), words[3] == "-" || Double(words[3]) != nil, let norm = Double(words[5])
    else { return nil }
    self.init(step: step, hash: hash, loss: Double(words[3]), norm: norm)
  }
}
