import Foundation
import TestSupport
import Testing

@testable import Tensors

/// Sequences that are longer than the blocks of rows which the kernel takes together.
@Suite("Attention over long sequences")
struct AttentionTests {
  private let sizes = AttentionHeads(heads: 4, keyValueHeads: 2, headSize: 6)
  private let batch = 2
  private let length = 150

  private func random(_ columns: Int, seed: UInt64, _ dtype: DType = .float64) -> Tensor {
    var generator = TorchGenerator(seed: seed)
    return generator.normal([batch, length, columns], dtype: .float64).converted(to: dtype)
  }

  /// The definition: softmax(q k^T / sqrt(d)) v over the places up to one's own.
  private func expected(_ q: Tensor, _ k: Tensor, _ v: Tensor) -> [Double] {
    let d = sizes.headSize
    var out = Array(repeating: 0.0, count: q.count)
    for item in 0..<batch {
      for head in 0..<sizes.heads {
        let keyHead = head / (sizes.heads / sizes.keyValueHeads)
        func query(_ row: Int) -> Int { ((item * length + row) * sizes.heads + head) * d }
        func key(_ row: Int) -> Int { ((item * length + row) * sizes.keyValueHeads + keyHead) * d }
        for row in 0..<length {
          let scores = (0...row).map { other in
            exp((0..<d).reduce(0) { $0 + q[query(row) + $1] * k[key(other) + $1] } / Double(d).squareRoot())
          }
          let sum = scores.reduce(0, +)
          for (other, score) in scores.enumerated() {
            for i in 0..<d { out[query(row) + i] += score / sum * v[key(other) + i] }
          }
        }
      }
    }
    return out
  }

  @Test("the output is the definition's", arguments: [DType.float64, .float32])
  func forward(dtype: DType) {
    let (q, k, v) = (random(24, seed: 1, dtype), random(12, seed: 2, dtype), random(12, seed: 3, dtype))
    let found = Tensor.attention(q, k, v, sizes).output
    #expect(relativeError(found.toArray(), expected(q, k, v)) < (dtype == .float64 ? 1e-14 : 1e-6))
  }

  @Test("the gradients are those of small changes of the output", arguments: [0, 1, 2])
  func backward(input: Int) {
    let inputs = [random(24, seed: 1), random(12, seed: 2), random(12, seed: 3)]
    let weights = random(24, seed: 4)
    let probabilities = Tensor.attention(inputs[0], inputs[1], inputs[2], sizes).probabilities
    let gradients = Tensor.attentionBackward(
      weights, inputs[0], inputs[1], inputs[2], probabilities: probabilities, sizes)
    let direction = random(input == 0 ? 24 : 12, seed: 5)
    func loss(_ distance: Double) -> Double {
      var moved = inputs
      moved[input] = moved[input] + direction.scaled(by: distance)
      return Tensor.attention(moved[0], moved[1], moved[2], sizes).output.dot(weights)
    }
    let slope = (loss(1e-5) - loss(-1e-5)) / 2e-5
    #expect(abs(slope - gradients[input].dot(direction)) < 1e-6 * abs(slope))
  }
}
