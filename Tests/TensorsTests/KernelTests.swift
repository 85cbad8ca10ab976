import TestSupport
import Testing

@testable import Tensors

@Suite("Kernels")
struct KernelTests {
  private func random(_ shape: Shape, _ dtype: DType, seed: UInt64) -> Tensor {
    var generator = TorchGenerator(seed: seed)
    return generator.normal(shape, dtype: dtype)
  }

  @Test("matrix products agree with the definition", arguments: DType.allCases, [(3, 4, 5), (1, 16, 1), (17, 2, 33)])
  func matmul(dtype: DType, sizes: (Int, Int, Int)) {
    let (m, k, n) = sizes
    let (a, b) = (random(Shape(m, k), dtype, seed: 1), random(Shape(k, n), dtype, seed: 2))
    var expected: [Double] = []
    for row in 0..<m {
      for column in 0..<n { expected.append((0..<k).reduce(0) { $0 + a[row * k + $1] * b[$1 * n + column] }) }
    }
    let tolerance = dtype == .float64 ? 1e-14 : dtype == .float32 ? 1e-6 : dtype.epsilon
    #expect(relativeError(Tensor.matmul(a, b).toArray(), expected) < tolerance)
  }

  @Test("a copy does not change with what is made from it")
  func values() {
    let a = Tensor([1, 2, 3], shape: Shape(3), dtype: .float32)
    let copy = a
    let b = a.scaled(by: 2) + a
    #expect(copy.toArray() == [1, 2, 3])
    #expect(b.toArray() == [3, 6, 9])
  }

  @Test("sums, norms and extremes of any length", arguments: [0, 1, 2, 3, 7, 16, 33, 100])
  func reductions(count: Int) {
    let tensor = random(Shape(count), .float32, seed: 3)
    let values = tensor.toArray()
    #expect(abs(tensor.sum - values.reduce(0, +)) <= 1e-12 * Double(count + 1))
    #expect(abs(tensor.squaredNorm - values.reduce(0) { $0 + $1 * $1 }) <= 1e-12 * Double(count + 1))
    #expect(tensor.maxMagnitude == (values.map(abs).max() ?? 0))
  }

  @Test("NaN and infinity are not lost in a maximum", arguments: [0, 5, 15, 16, 19])
  func poison(place: Int) {
    for bad in [Double.nan, .infinity, -.infinity] {
      var values = [Double](repeating: 1, count: 20)
      values[place] = bad
      for dtype in DType.allCases {
        let tensor = Tensor(values, shape: Shape(20), dtype: dtype)
        #expect(tensor.firstNonFinite == place)
        #expect(bad.isNaN ? tensor.maxMagnitude.isNaN : tensor.maxMagnitude == .infinity)
      }
    }
  }

  @Test(
    "an update's sums are those of the definition, whatever its factor to the gradient",
    arguments: [0.0, 1.0, 1.0 + 1e-9, 0.5, -1.0, 1e-8], [0.0, 1e-12, 1e-3, 1.0])
  func updateStatistics(factor: Double, noise: Double) {
    for count in [1, 2, 33, 256] {
      let h = random(Shape(count), .float64, seed: 5)
      let e = h.scaled(by: factor) + random(Shape(count), .float64, seed: 6).scaled(by: noise)
      let before = random(Shape(count), .float64, seed: 7)
      // With before = after + e the update is e but for the rounding of this sum.
      let after = before - e
      let sums = UpdateStatistics(gradient: h, before: before, after: after, lr: 1)
      let applied = before - after
      let c = h.dot(applied) / h.squaredNorm
      let remainder = (applied - h.scaled(by: c)).squaredNorm
      #expect(abs(sums.he / sums.hh - c) <= 1e-14 * max(1, abs(c)))
      // The definition's own e - c h is rounded in every element.
      let rounding = 1e-30 * sums.hh + 4e-16 * (sums.hh * remainder).squareRoot()
      #expect(abs(sums.squaredRemainder - remainder) <= 1e-9 * remainder + rounding)
      #expect(abs(sums.ee - applied.squaredNorm) <= 1e-13 * sums.ee)
      #expect(abs(sums.squaredDifference - (applied - h).squaredNorm) <= 1e-12 * sums.squaredDifference + 1e-30)
      #expect(sums.largestDifference == (applied - h).maxMagnitude && sums.largestUpdate == applied.maxMagnitude)
      #expect(sums.largestGradient == h.maxMagnitude)
      #expect(sums.largestWeight == max(before.maxMagnitude, after.maxMagnitude))
    }
  }

  @Test("shapes that memory cannot address are no shapes")
  func shapes() {
    #expect(Shape(checking: [2, 3])?.count == 6)
    #expect(Shape(checking: [])?.count == 1)
    #expect(Shape(checking: [-1]) == nil)
    #expect(Shape(checking: [1 << 31]) == nil)
    #expect(Shape(checking: [1 << 30, 1 << 30, 1 << 30]) == nil)
    #expect(Shape(checking: Array(repeating: 1, count: 9)) == nil)
  }
}
