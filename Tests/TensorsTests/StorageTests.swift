import TestSupport
import Testing

@testable import Tensors

@Suite("Memory of tensors")
struct StorageTests {
  /// Makes and drops tensors of sizes around every limit, and looks at those that are still held.
  private static func churn(seed: UInt64) -> Bool {
    var choice = SplitMix64(seed: seed)
    let sizes = [0, 1, 191, 192, 193, 256, 1000, 16383, 16384, 16385]
    var held: [(tensor: Tensor, value: Double)] = []
    for round in 0..<2000 {
      let value = Double(seed) * 10000 + Double(round)
      held.append((Tensor(full: Shape(choice.pick(sizes)), value: value, dtype: .float32), value))
      if held.count > 20 { held.remove(at: choice.below(held.count)) }
    }
    return held.allSatisfy { entry in entry.tensor.toArray().allSatisfy { $0 == entry.value } }
  }

  @Test("no tensor gets memory that another one holds, on several threads at once")
  func blocks() async {
    await withTaskGroup(of: Bool.self) { group in
      for seed in 1...4 { group.addTask { StorageTests.churn(seed: UInt64(seed)) } }
      for await isIntact in group { #expect(isIntact) }
    }
  }
}
