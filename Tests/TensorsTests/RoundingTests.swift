import TestSupport
import Testing

@testable import Tensors

@Suite("Elementwise operations have torch's bits")
struct RoundingTests {
  private static let operations: [String: @Sendable (Tensor, Tensor, Tensor, Double) -> Tensor] = [
    "lerp": { x, y, _, weight in x.lerp(to: y, weight: weight) },
    "addcmul": { x, y, _, value in x.addcmul(y, y, value: value) },
    "addcdiv": { x, y, positive, value in x.addcdiv(y, positive, value: value) },
    "add_alpha": { x, y, _, alpha in x.adding(y, alpha: alpha) },
    "add": { x, _, _, number in x.adding(number) },
    "mul": { x, _, _, factor in x.scaled(by: factor) },
    "div": { x, _, _, divisor in x.divided(by: divisor) },
    "sqrt": { _, _, positive, _ in positive.squareRoot },
  ]

  @Test("what optimizers are made of is rounded where torch rounds it", arguments: DType.allCases)
  func elementwise(dtype: DType) throws {
    let file = try SafetensorsFile(path: Fixtures.path("kernels/\(dtype).safetensors"))
    let (x, y, positive) = (try file.tensor("x"), try file.tensor("y"), try file.tensor("positive"))
    var seen: Set<String> = []
    for key in file.names where !["x", "y", "positive", "row_norm"].contains(key) {
      let parts = key.split(separator: "/")
      let operation = try #require(Self.operations[String(parts[0])])
      let made = operation(x, y, positive, parts.count > 1 ? try #require(Double(parts[1])) : 0)
      let wanted = try file.tensor(key)
      // torch takes wide square roots from a library that rounds some the other way.
      let isClose = key == "sqrt" && relativeError(made.toArray(), wanted.toArray()) <= dtype.epsilon
      #expect(made.isIdentical(to: wanted) || isClose, "\(dtype) \(key)")
      seen.insert(String(parts[0]))
    }
    #expect(seen == Set(Self.operations.keys))
  }

  @Test("a row's norm overflows where its sum of squares does", arguments: DType.allCases)
  func rowNorm(dtype: DType) throws {
    let file = try SafetensorsFile(path: Fixtures.path("kernels/\(dtype).safetensors"))
    let x = try file.tensor("x")
    let made = Tensor(x.scaled(by: 1e25).toArray(), shape: Shape(1, x.count), dtype: dtype).rowNorms
    let wanted = try file.tensor("row_norm")
    #expect(made.shape == wanted.shape)
    #expect(made[0] == wanted[0] || relativeError(made.toArray(), wanted.toArray()) < 1e-12, "\(made[0]) \(wanted[0])")
  }
}
