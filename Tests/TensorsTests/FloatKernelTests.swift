import TestSupport
import Testing

@testable import Tensors

/// The kernels that float32 has for itself, of every length and shape at which their loops begin and end.
@Suite("Kernels for float32")
struct FloatKernelTests {
  private func random(_ shape: Shape, seed: UInt64) -> Tensor {
    var generator = TorchGenerator(seed: seed)
    return generator.normal(shape, dtype: .float32)
  }

  private func product(_ a: Tensor, _ b: Tensor, _ ta: Bool, _ tb: Bool) -> Tensor {
    Tensor.matmul(a, b, transposeA: ta, transposeB: tb)
  }

  @Test("products of any shape, turned or not, agree with float64", arguments: [false, true], [false, true])
  func products(ta: Bool, tb: Bool) {
    let edges = [1, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 70]
    var choice = SplitMix64(seed: 1)
    for seed in 0..<300 {
      let (m, n, k) = (choice.pick(edges), choice.pick(edges), seed == 0 ? 600 : choice.pick(edges))
      let a = random(ta ? Shape(k, m) : Shape(m, k), seed: UInt64(seed))
      let b = random(tb ? Shape(n, k) : Shape(k, n), seed: UInt64(seed + 1000))
      let expected = product(a.converted(to: .float64), b.converted(to: .float64), ta, tb)
      let found = product(a, b, ta, tb)
      #expect(found.shape == Shape(m, n))
      #expect(relativeError(found.toArray(), expected.toArray()) < 1e-6, "\(m) x \(k) x \(n)")
    }
  }

  @Test("a bias is added to every row", arguments: [1, 4, 16, 20, 40], [1, 4, 33])
  func bias(columns: Int, rows: Int) {
    let (x, weight) = (random(Shape(rows, 24), seed: 1), random(Shape(columns, 24), seed: 2))
    let bias = random(Shape(columns), seed: 3)
    let found = Tensor.linear(x, weight: weight, bias: bias)
    let plain = Tensor.linear(x, weight: weight, bias: nil)
    for index in 0..<found.count {
      #expect(found[index] == Double(Float(plain[index]) + Float(bias[index % columns])))
    }
  }

  @Test("a row of a product has the same bits whatever rows are beside it", arguments: [4, 16, 48])
  func rows(columns: Int) {
    let (x, weight) = (random(Shape(37, 50), seed: 1), random(Shape(columns, 50), seed: 2))
    let all = Tensor.linear(x, weight: weight, bias: nil)
    for row in 0..<37 {
      let alone = Tensor.linear(x.entry(row).reshaped(to: Shape(1, 50)), weight: weight, bias: nil)
      #expect(alone.isIdentical(to: all.entry(row).reshaped(to: Shape(1, columns))))
    }
  }

  @Test("sums, differences and ReLU are those of single numbers")
  func elementwise() {
    let special: [Double] = [.nan, .infinity, -.infinity, -0.0, 0, 1e38, -1e38, 1e-45]
    for count in 0...70 {
      var (a, b) = (random(Shape(count), seed: 1).toArray(), random(Shape(count), seed: 2).toArray())
      for place in stride(from: count % 3, to: count, by: 5) { a[place] = special[place % special.count] }
      for place in stride(from: count % 2, to: count, by: 7) { b[place] = special[place % special.count] }
      let (x, y) = (a.map { Float($0) }, b.map { Float($0) })
      let (left, right) = (
        Tensor(a, shape: Shape(count), dtype: .float32), Tensor(b, shape: Shape(count), dtype: .float32)
      )
      expectSame(left + right, zip(x, y).map { $0 + $1 })
      expectSame(left - right, zip(x, y).map { $0 - $1 })
      expectSame(left.adding(right, alpha: -0.01), zip(x, y).map { fused($0, plus: -0.01, times: $1) })
      expectSame(left.relu, x.map { $0 > 0 || $0.isNaN ? $0 : 0 })
      expectSame(left.reluBackward(result: right), zip(x, y).map { $1 > 0 ? $0 : 0 })
    }
  }

  private func expectSame(_ tensor: Tensor, _ expected: [Float]) {
    #expect(tensor.count == expected.count)
    for (index, value) in expected.enumerated() {
      let found = Float(tensor[index])
      #expect(value.isNaN ? found.isNaN : found.bitPattern == value.bitPattern, "element \(index): \(found), \(value)")
    }
  }

  @Test("an update's sums are those of the definition at any length, in any dtype", arguments: DType.allCases)
  func updateStatistics(dtype: DType) {
    for count in 1...40 {
      let h = random(Shape(count), seed: 1).converted(to: dtype)
      let before = random(Shape(count), seed: 2).converted(to: dtype)
      let after = before.adding(h, alpha: -0.5)
      let sums = UpdateStatistics(gradient: h, before: before, after: after, lr: 0.25)
      let e = Tensor.effectiveGradient(before: before, after: after, lr: 0.25)
      let wide = h.converted(to: .float64)
      #expect(abs(sums.he - wide.dot(e)) <= 1e-13 * e.squaredNorm)
      #expect(abs(sums.squaredDifference - (e - wide).squaredNorm) <= 1e-13 * e.squaredNorm)
      #expect(
        e.toArray() == (before.converted(to: .float64) - after.converted(to: .float64)).divided(by: 0.25).toArray())
      #expect(sums.largestUpdate == e.maxMagnitude)
      #expect(sums.largestGradient == wide.maxMagnitude)
      #expect(sums.largestDifference == (e - wide).maxMagnitude)
      #expect(sums.largestWeight == max(before.maxMagnitude, after.maxMagnitude))
    }
  }

  @Test(
    "of each block of a matrix the strongest element is found, and one that is not finite before all",
    arguments: DType.allCases)
  func blocks(dtype: DType) {
    let (rows, columns) = (7, 11)
    for (across, down) in [(1, 1), (3, 2), (11, 7), (4, 7), (10, 3)] {
      var values = random(Shape(rows * columns), seed: 5).toArray()
      for bad in [nil, 3, 76] {
        if let bad { values[bad] = bad == 3 ? .nan : -.infinity }
        let tensor = Tensor(values, shape: Shape(rows, columns), dtype: dtype)
        var wanted = [Double](repeating: 0, count: across * down)
        for index in 0..<tensor.count {
          let block = index / columns * down / rows * across + index % columns * across / columns
          if wanted[block].isFinite, !(abs(tensor[index]) <= abs(wanted[block])) { wanted[block] = tensor[index] }
        }
        let found = tensor.strongest(rows: rows, columns: columns, blocksAcross: across, blocksDown: down)
        #expect(found.elementsEqual(wanted) { $0 == $1 || $0.isNaN && $1.isNaN })
      }
    }
  }

  @Test("one bad element makes a tensor not finite, wherever it is", arguments: DType.allCases)
  func finiteness(dtype: DType) {
    for count in [1, 7, 16, 33, 100] {
      let values = random(Shape(count), seed: 1).toArray()
      #expect(Tensor(values, shape: Shape(count), dtype: dtype).isFinite)
      for place in 0..<count {
        for bad in [Double.nan, .infinity, -.infinity] {
          var poisoned = values
          poisoned[place] = bad
          #expect(!Tensor(poisoned, shape: Shape(count), dtype: dtype).isFinite)
        }
      }
    }
  }
}
