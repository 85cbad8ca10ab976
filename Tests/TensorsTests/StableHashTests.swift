import Tensors
import TestSupport
import Testing

@Suite("The hash of a digest")
struct StableHashTests {
  private func hash(_ values: [Double], _ shape: [Int], _ dtype: DType = .float32) -> UInt64 {
    var hash = StableHash()
    hash.add(Tensor(values, shape: Shape(shape), dtype: dtype))
    return hash.value
  }

  @Test("it is the same in every run: recordings rely on it")
  func stable() {
    var words = StableHash()
    for number in 0..<10 { words.add(number) }
    #expect(words.value == 7_563_518_884_595_203_821)
    #expect(hash([1, 2, 3, 4, 5, 6, 7, 8, 9], [9]) == 744079530358047478)
  }

  @Test("one bit anywhere makes another hash", arguments: [1, 7, 8, 9, 31, 64])
  func sensitive(count: Int) {
    let values = (0..<count).map { Double($0) * 0.37 - 3 }
    var seen: Set<UInt64> = [hash(values, [count])]
    for index in values.indices {
      var changed = values
      changed[index] = Double(Float(values[index]).nextUp)
      #expect(seen.insert(hash(changed, [count])).inserted, "\(index)")
    }
    if count > 1 { #expect(seen.insert(hash(values.reversed(), [count])).inserted) }
    #expect(seen.insert(hash(values, [1, count])).inserted && seen.insert(hash(values, [count], .float64)).inserted)
  }
}
