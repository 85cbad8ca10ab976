import Tensors

/// What a comparison of hook gradient and effective gradient comes to.
public enum Verdict: String, Sendable, CaseIterable {
  case match
  case scaled
  case different
  case noUpdate = "no_update"
  case undefined
  case belowResolution = "below_resolution"
  case notSeen = "not_seen"
}

/// The hook gradient h against the effective gradient e of one parameter and step.
public struct Comparison: Sendable, Equatable {
  /// <h, e>/<h, h>: the best single factor; nil where `reason` says why.
  public private(set) var c: Double?
  public private(set) var cosine: Double?
  /// norm(e - c h)/norm(e): what one factor leaves unexplained.
  public private(set) var residual: Double?
  /// ulp(largest weight)/lr: the smallest effective gradient the dtype can carry; nil if lr is 0.
  public private(set) var resolution: Double?
  public private(set) var verdict = Verdict.undefined
  /// Why a number has no value.
  public private(set) var reason: String?

  /// A parameter that the optimizer has yet to write: there is nothing to compare.
  static let pending: Comparison = {
    var comparison = Comparison()
    comparison.reason = "the optimizer has not written it yet"
    return comparison
  }()

  private init() {}

  init(reading: HookReading?, before: Tensor, after: Tensor, lr: Double, isSkipped: Bool = false) {
    let h = reading?.gradient
    if let h, lr != 0, h.shape == before.shape {
      let sums = UpdateStatistics(gradient: h, before: before, after: after, lr: lr)
      resolution = before.dtype.ulp(of: sums.largestWeight) / abs(lr)
      judge(sums, before.dtype, before.count)
      if isSkipped {
        verdict = .noUpdate
        reason = "the step was skipped: inf or nan among the unscaled gradients"
      }
      return
    }
    // Nothing can be compared; the resolution is known all the same.
    if lr != 0 { resolution = before.dtype.ulp(of: max(before.maxMagnitude, after.maxMagnitude)) / abs(lr) }
    if let h, lr != 0 {
      verdict = .different
      reason = "the hook kept a tensor of shape \(h.shape), the parameter has \(before.shape)"
    } else if h != nil {
      reason = "lr is 0"
    } else {
      verdict = .notSeen
      reason = reading == nil ? "no hook on this parameter" : "the hook never fired"
    }
  }

  private mutating func judge(_ sums: UpdateStatistics, _ dtype: DType, _ count: Int) {
    guard sums.hh.isFinite, sums.ee.isFinite else {
      verdict = .different
      reason = sums.hh.isFinite ? "the update is not finite" : "the hook gradient is not finite"
      return
    }
    if sums.hh > 0 {
      c = sums.he / sums.hh
      if sums.ee > 0 {
        cosine = sums.he / (sums.hh * sums.ee).squareRoot()
        residual = (sums.squaredRemainder / sums.ee).squareRoot()
      }
    } else {
      reason = "the hook gradient is 0"
    }
    verdict = verdict(sums, dtype, count, resolution ?? 0)
  }

  private func verdict(_ sums: UpdateStatistics, _ dtype: DType, _ count: Int, _ resolution: Double) -> Verdict {
    let epsilon = dtype.epsilon
    if sums.hh == 0 { return sums.ee == 0 ? .undefined : .different }
    let noise = resolution + 8 * epsilon * max(sums.largestGradient, sums.largestUpdate)
    if sums.largestDifference <= noise {
      // Within rounding of each other: a match, unless rounding is a large part of what is there.
      return sums.squaredDifference <= 1e-4 * sums.hh ? .match : .belowResolution
    }
    if sums.ee == 0 { return .noUpdate }
    let unexplained = sums.squaredRemainder.squareRoot()
    let tolerance = resolution * Double(count).squareRoot() + 64 * epsilon * sums.ee.squareRoot()
    // One factor that leaves less than a millionth is what a reader calls one factor.
    if unexplained > max(tolerance, 1e-6 * sums.ee.squareRoot()) { return .different }
    // One factor explains all but the rounding, unless rounding is most of what is there.
    return sums.squaredRemainder <= 0.25 * sums.ee ? .scaled : .belowResolution
  }
}
