import CKernels

/// How one optimizer step moved a tensor, and how that compares with a gradient seen before it.
/// With e = (before - after)/lr in Float64 and h the gradient: the sums that c, cosine and residual need.
public struct UpdateStatistics: Sendable, Equatable {
  /// <h, e>, <h, h> and <e, e>.
  public private(set) var he = 0.0
  public private(set) var hh = 0.0
  public private(set) var ee = 0.0
  /// The squared norms of e - h and of e - c h, c = <h, e>/<h, h>.
  public private(set) var squaredDifference = 0.0
  public private(set) var squaredRemainder = 0.0
  /// The largest |e - h|, |e| and |h| of any element.
  public private(set) var largestDifference = 0.0
  public private(set) var largestUpdate = 0.0
  public private(set) var largestGradient = 0.0
  /// The largest magnitude of a weight, before or after.
  public private(set) var largestWeight = 0.0

  /// One pass over all three, a second one where the first cannot tell the remainder; `gradient` has the
  /// shape of the parameter. `lr` must not be 0.
  public init(gradient: Tensor, before: Tensor, after: Tensor, lr: Double) {
    precondition(gradient.shape == before.shape && before.shape == after.shape)
    precondition(gradient.dtype == before.dtype && before.dtype == after.dtype)
    if before.dtype.is16Bit {
      measure(gradient.widened, before.widened, after.widened, lr)
    } else {
      measure(gradient, before, after, lr)
    }
  }

  private mutating func measure(_ gradient: Tensor, _ before: Tensor, _ after: Tensor, _ lr: Double) {
    let tensors = update_tensors(
      gradient: gradient.pointer(UInt8.self), before: before.pointer(UInt8.self), after: after.pointer(UInt8.self),
      count: before.count, is_double: before.dtype == .float64)
    let sums = sum_update(tensors, lr)
    (he, hh, ee, squaredDifference) = (sums.he, sums.hh, sums.ee, sums.dd)
    largestDifference = sums.largest_d.squareRoot()
    largestUpdate = sums.largest_e.squareRoot()
    largestGradient = sums.largest_h.squareRoot()
    largestWeight = sums.largest_weight.squareRoot()
    // e - c h is d - (c - 1) h, and where c is near 1 little cancels in that difference of squares.
    squaredRemainder = sums.dd - (hh > 0 ? sums.dh * sums.dh / hh : 0)
    if squaredRemainder <= 1e-4 * sums.dd, sums.dd != 0 {
      squaredRemainder = update_remainder(tensors, lr, hh > 0 ? he / hh : 0)
    }
  }
}

extension Tensor {
  /// (before - after)/lr in Float64: the effective gradient.
  public static func effectiveGradient(before: Tensor, after: Tensor, lr: Double) -> Tensor {
    guard before.dtype == .float32, after.dtype == .float32, before.shape == after.shape else {
      return (before.converted(to: .float64) - after.converted(to: .float64)).divided(by: lr)
    }
    // In one pass, because of a large weight the tensors in between take longer than all else that is shown of it.
    let result = Tensor(uninitialized: before.shape, .float64)
    let (old, new, e) = (before.pointer(Float.self), after.pointer(Float.self), result.pointer(Double.self))
    for index in 0..<before.count { e[index] = (Double(old[index]) - Double(new[index])) / lr }
    return result
  }
}
