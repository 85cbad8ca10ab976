extension SplitMix64 {
  /// Bytes as they might be after an accident: changed, lost, doubled, cut off.
  public mutating func damaged(_ whole: [UInt8]) -> [UInt8] {
    var bytes = whole
    for _ in 0...below(3) where !bytes.isEmpty {
      let place = below(bytes.count)
      let end = min(bytes.count, place + below(40))
      switch below(6) {
      case 0: bytes[place] = UInt8(truncatingIfNeeded: next())
      case 1: bytes[place] = pick(Array("\"{}[]:,\\0-9eu".utf8))
      case 2: bytes.removeSubrange(place..<end)
      case 3: bytes.insert(contentsOf: bytes[place..<end], at: below(bytes.count))
      case 4: bytes = Array(bytes[..<place])
      default: bytes.insert(UInt8(truncatingIfNeeded: next()), at: place)
      }
    }
    return bytes
  }
}
