import Testing

@testable import Tensors

/// One test, because the number of threads belongs to the process.
@Suite("Threads")
struct ThreadTests {
  @Test("what the library does not compute has the same bits with any number of threads")
  func sameBits() {
    var generator = TorchGenerator(seed: 1)
    // Odd sizes, so that the parts are unequal and end inside of vectors.
    let x = generator.normal([1, 131, 774], dtype: .float32)
    let weight = generator.normal(Shape(774), dtype: .float32)
    let labels: [Int?] = (0..<131).map { $0 % 3 == 0 ? nil : $0 }
    // More rows than columns and the other way, because the longer side is divided.
    let matrices = [generator.normal([259, 300], dtype: .float32), generator.normal([70, 300], dtype: .float32)]
    func largeProducts() -> [Tensor] {
      [(0, 1), (1, 0)].map { left, right in
        let (a, b) = (matrices[left], matrices[right])
        let out = Tensor(uninitialized: Shape(a.shape.rows, b.shape.rows), .float32)
        largeProduct(a.operand(false), b.operand(true), bias: nil, into: out.pointer(Float.self))
        return out
      }
    }
    func results() -> [Tensor] {
      let (output, inverse) = x.rmsNorm(weight: weight, eps: 1e-6)
      let rows = x.logSoftmaxRows(labels: labels)
      return [
        output, inverse, output.rmsNormBackward(x: x, weight: weight, inverse: inverse),
        x.crossEntropyBackward(labels: labels, weight: 0.5, rows),
      ] + largeProducts()
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
