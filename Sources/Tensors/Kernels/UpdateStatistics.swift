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
    let count = before.count
    let (h, b, a) = (gradient.widened, before.widened, after.widened)
    if before.dtype == .float64 {
      measure(h.pointer(Double.self), b.pointer(Double.self), a.pointer(Double.self), count, lr)
    } else {
      measure(h.pointer(Float.self), b.pointer(Float.self), a.pointer(Float.self), count, lr)
    }
  }

  private typealias Pair = SIMD2<Double>

  @inline(__always)
  private mutating func measure<T: Element>(
    _ gradient: UnsafePointer<T>, _ before: UnsafePointer<T>, _ after: UnsafePointer<T>, _ count: Int, _ lr: Double
  ) {
    var (he, hh, ee, dd, dh) = (Pair(), Pair(), Pair(), Pair(), Pair())
    var (difference, update, largestH) = (Pair(), Pair(), Pair())
    var weight = Pair()
    forEachPair(gradient, before, after, count, lr) { h, e, b, a in
      let d = e - h
      let (squareH, squareE, squareD) = (h * h, e * e, d * d)
      he += h * e
      dh += d * h
      hh += squareH
      ee += squareE
      dd += squareD
      difference = maximum(difference, squareD)
      update = maximum(update, squareE)
      largestH = maximum(largestH, squareH)
      weight = maximum(maximum(weight, b * b), a * a)
    }
    (self.he, self.hh, self.ee, squaredDifference) = (he.sum(), hh.sum(), ee.sum(), dd.sum())
    largestDifference = difference.max().squareRoot()
    largestUpdate = update.max().squareRoot()
    largestGradient = largestH.max().squareRoot()
    largestWeight = weight.max().squareRoot()
    // e - c h is d - (c - 1) h, and where c is near 1 little cancels in that difference of squares.
    let along = self.hh > 0 ? dh.sum() * dh.sum() / self.hh : 0
    squaredRemainder = squaredDifference - along
    if squaredRemainder > 1e-4 * squaredDifference || squaredDifference == 0 { return }
    let c = self.hh > 0 ? self.he / self.hh : 0
    var remainder = Pair()
    forEachPair(gradient, before, after, count, lr) { h, e, _, _ in
      let r = e - c * h
      remainder += r * r
    }
    squaredRemainder = remainder.sum()
  }

  /// Two elements at a time; an odd last one is paired with zeros, which change no sum and no maximum.
  @inline(__always)
  private func forEachPair<T: Element>(
    _ gradient: UnsafePointer<T>, _ before: UnsafePointer<T>, _ after: UnsafePointer<T>, _ count: Int, _ lr: Double,
    _ body: (_ h: Pair, _ e: Pair, _ before: Pair, _ after: Pair) -> Void
  ) {
    var index = 0
    while index &+ 1 < count {
      let h = Pair(Double(gradient[index]), Double(gradient[index &+ 1]))
      let b = Pair(Double(before[index]), Double(before[index &+ 1]))
      let a = Pair(Double(after[index]), Double(after[index &+ 1]))
      body(h, (b - a) / lr, b, a)
      index &+= 2
    }
    if index < count {
      let (h, b, a) = (Pair(Double(gradient[index]), 0), Pair(Double(before[index]), 0), Pair(Double(after[index]), 0))
      body(h, (b - a) / lr, b, a)
    }
  }
}

@inline(__always)
private func maximum(_ x: SIMD2<Double>, _ y: SIMD2<Double>) -> SIMD2<Double> { x.replacing(with: y, where: y .> x) }

extension Tensor {
  /// (before - after)/lr in Float64: the effective gradient.
  public static func effectiveGradient(before: Tensor, after: Tensor, lr: Double) -> Tensor {
    (before.converted(to: .float64) - after.converted(to: .float64)).divided(by: lr)
  }
}
