/// Steele, Lea and Flood's generator: a few lines, and the same numbers on every machine.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A stream of its own for each input, so that one can be made again without those before it.
  public init(seed: UInt64, stream: Int = 0) {
    state = seed &+ UInt64(bitPattern: Int64(stream)) &* 0xD134_2543_DE82_EF95
    _ = next()
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  public mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

  /// True in one of so many cases.
  public mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }

  /// The lists that are picked from are tables of ours, and never empty.
  public mutating func pick<T>(_ list: [T]) -> T { list[below(list.count)] }
}
