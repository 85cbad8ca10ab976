import TestSupport
import Testing

@testable import Tensors

/// The kernel itself, whether or not this processor and its library make it the better choice, at the sizes at which
/// its tiles and blocks begin and end.
@Suite("Large products")
struct LargeProductTests {
  private static let rows = [1, 4, 7, 8, 9, 17, 40]
  private static let columns = [1, 15, 16, 17, 31, 32, 33, 64, 65, 511, 512, 513, 545]
  private static let inner = [1, 2, 255, 256, 257, 513]

  private func random(_ shape: Shape, seed: UInt64) -> Tensor {
    var generator = TorchGenerator(seed: seed)
    return generator.normal(shape, dtype: .float32)
  }

  private func product(_ a: Tensor, _ b: Tensor, _ ta: Bool, _ tb: Bool, bias: Tensor? = nil) -> Tensor {
    let shape = Shape(ta ? a.shape.columns : a.shape.rows, tb ? b.shape.rows : b.shape.columns)
    // What is not written shows.
    let out = Tensor(full: shape, value: .nan, dtype: .float32)
    largeProduct(a.operand(ta), b.operand(tb), bias: bias?.pointer(Float.self), into: out.pointer(Float.self))
    return out
  }

  @Test("agree with float64 in every direction, with a bias and without", arguments: [false, true], [false, true])
  func products(ta: Bool, tb: Bool) {
    var choice = SplitMix64(seed: 1)
    for n in Self.columns + Self.columns {
      let (m, k) = (choice.pick(Self.rows), choice.pick(Self.inner))
      let (a, b) = (random(ta ? [k, m] : [m, k], seed: UInt64(m)), random(tb ? [n, k] : [k, n], seed: UInt64(n)))
      let bias = (m + n + k) % 2 == 0 ? random([n], seed: 3) : nil
      let exact = Tensor.matmul(
        a.converted(to: .float64), b.converted(to: .float64), transposeA: ta, transposeB: tb)
      let expected = bias.map { exact.addingRow($0.converted(to: .float64)) } ?? exact
      let error = relativeError(product(a, b, ta, tb, bias: bias).toArray(), expected.toArray())
      #expect(error < 1e-6, "\(m) x \(k) x \(n)")
    }
  }

  @Test("an element has the same bits wherever it is")
  func places() {
    let (a, b) = (random([19, 300], seed: 1), random([300, 70], seed: 2))
    let all = product(a, b, false, false)
    let turned = product(b, a, true, true)
    for row in 0..<19 {
      let alone = product(a.entry(row).reshaped(to: [1, 300]), b, false, false)
      for column in 0..<70 {
        #expect(alone[column] == all[row * 70 + column] && turned[column * 19 + row] == all[row * 70 + column])
      }
    }
  }

  @Test("NaN and infinity spoil their row and nothing else", arguments: [Double.nan, .infinity])
  func poison(bad: Double) {
    let b = random([300, 70], seed: 2)
    for place in [0, 255, 256, 299] {
      var values = random([13, 300], seed: 1).toArray()
      values[9 * 300 + place] = bad
      let found = product(Tensor(values, shape: [13, 300], dtype: .float32), b, false, false)
      for index in 0..<found.count { #expect(found[index].isFinite == (index / 70 != 9)) }
    }
  }

  @Test("a zero does not hide what it is multiplied with")
  func zeros() {
    let b = Tensor(full: [300, 33], value: .infinity, dtype: .float32)
    let found = product(Tensor(zeros: [16, 300], dtype: .float32), b, false, false)
    #expect(found.toArray().allSatisfy { $0.isNaN })
  }

  @Test("a sum of nothing is 0, or the bias")
  func empty() {
    let (x, weight) = (Tensor(zeros: [20, 0], dtype: .float32), Tensor(zeros: [30, 0], dtype: .float32))
    let bias = random([30], seed: 1)
    #expect(Tensor.linear(x, weight: weight, bias: nil).toArray() == [Double](repeating: 0, count: 600))
    let found = Tensor.linear(x, weight: weight, bias: bias)
    for index in 0..<600 { #expect(found[index] == bias[index % 30]) }
  }

  @Test("Tensor.matmul and linear agree with float64 at sizes where the choice between kernels changes")
  func choice() {
    for (m, n, k) in [(15, 240, 300), (16, 256, 257), (70, 15, 1100), (64, 16, 1100)] {
      for (ta, tb) in [(false, false), (false, true), (true, false), (true, true)] {
        let (a, b) = (random(ta ? [k, m] : [m, k], seed: 1), random(tb ? [n, k] : [k, n], seed: 2))
        let expected = Tensor.matmul(
          a.converted(to: .float64), b.converted(to: .float64), transposeA: ta, transposeB: tb)
        let found = Tensor.matmul(a, b, transposeA: ta, transposeB: tb)
        #expect(relativeError(found.toArray(), expected.toArray()) < 1e-6, "\(m) x \(k) x \(n)")
      }
      let (x, weight, bias) = (random([m, k], seed: 1), random([n, k], seed: 2), random([n], seed: 3))
      let expected = Tensor.linear(
        x.converted(to: .float64), weight: weight.converted(to: .float64), bias: bias.converted(to: .float64))
      #expect(
        relativeError(Tensor.linear(x, weight: weight, bias: bias).toArray(), expected.toArray()) < 1e-6)
    }
  }
}
