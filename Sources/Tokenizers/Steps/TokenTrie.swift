/// Finds the longest of many byte strings at a place.
struct TokenTrie: Sendable {
  private var children: [UInt64: UInt32] = [:]
  /// What ends at each node.
  private var values: [Int?] = [nil]
  private var firstBytes = [Bool](repeating: false, count: 256)

  /// Of equal strings the first one stays.
  mutating func insert(_ text: [UInt8], value: Int) {
    var node: UInt32 = 0
    for byte in text {
      let key = TokenTrie.key(node, byte)
      if let child = children[key] {
        node = child
      } else {
        node = UInt32(values.count)
        children[key] = node
        values.append(nil)
      }
    }
    if let first = text.first { firstBytes[Int(first)] = true }
    values[Int(node)] = values[Int(node)] ?? value
  }

  /// The longest string that starts first at or after a place, and its value.
  func first(in text: ArraySlice<UInt8>, from start: Int) -> (range: Range<Int>, value: Int)? {
    guard !children.isEmpty else { return nil }
    for place in start..<max(start, text.endIndex) where firstBytes[Int(text[place])] {
      if let (end, value) = longest(in: text, at: place) { return (place..<end, value) }
    }
    return nil
  }

  private func longest(in text: ArraySlice<UInt8>, at place: Int) -> (end: Int, value: Int)? {
    var node: UInt32 = 0
    var best: (end: Int, value: Int)?
    for index in place..<text.endIndex {
      guard let child = children[TokenTrie.key(node, text[index])] else { break }
      node = child
      if let value = values[Int(node)] { best = (index + 1, value) }
    }
    return best
  }

  private static func key(_ node: UInt32, _ byte: UInt8) -> UInt64 { UInt64(node) << 8 | UInt64(byte) }
}
