import Testing

@testable import Tensors

/// One test, because the number of threads belongs to the process.
@Suite("Threads")
struct ThreadTests {
  @Test("what is not a matrix product has the same bits with any number of threads")
  func sameBits() {
    var generator = TorchGenerator(seed: 1)
    // Odd sizes, so that the parts are unequal and end inside of vectors.
    let x = generator.normal([1, 131, 774], dtype: .float32)
    let weight = generator.normal(Shape(774), dtype: .float32)
    let labels: [Int?] = (0..<131).map { $0 % 3 == 0 ? nil : $0 }
    func results() -> [Tensor] {
      let (output, inverse) = x.rmsNorm(weight: weight, eps: 1e-6)
      let rows = x.logSoftmaxRows(labels: labels)
      return [
        output, inverse, output.rmsNormBackward(x: x, weight: weight, inverse: inverse),
        x.crossEntropyBackward(labels: labels, weight: 0.5, rows),
      ]
    }
    defer { setThreads(1) }
    setThreads(1)
    let alone = results()
    for threads in [2, 3, 5] {
      setThreads(threads)
      for (one, many) in zip(alone, results()) { #expect(one.isIdentical(to: many)) }
    }
  }
}
