/// A number that stands for bits: the same in every run and on every machine, unlike Swift's Hasher. It finds
/// accidents, not forgeries (64 bits, xxHash's way of mixing: multiply, rotate, multiply).
public struct StableHash: Sendable {
  private var state: UInt64

  private static let first: UInt64 = 0x9E37_79B9_7F4A_7C15
  private static let second: UInt64 = 0xC2B2_AE3D_27D4_EB4F

  public init() { state = StableHash.first }

  public mutating func add(_ word: UInt64) {
    let mixed = word &* StableHash.second
    state = (state ^ (mixed << 31 | mixed >> 33) &* StableHash.first)
    state = (state << 27 | state >> 37) &* StableHash.first &+ StableHash.second
  }

  public mutating func add(_ number: Int) { add(UInt64(bitPattern: Int64(number))) }
  public mutating func add(_ number: Double) { add(number.bitPattern) }

  /// Shape, dtype and every bit of it.
  public mutating func add(_ tensor: Tensor) {
    for size in tensor.shape.dimensions { add(size) }
    add(tensor.dtype.size)
    let bytes = tensor.rawBytes
    // Four at a time, because each multiplication waits for the one before it.
    var lanes = (StableHash(), StableHash(), StableHash(), StableHash())
    var offset = 0
    while offset &+ 32 <= bytes.count {
      lanes.0.add(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      lanes.1.add(bytes.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self))
      lanes.2.add(bytes.loadUnaligned(fromByteOffset: offset &+ 16, as: UInt64.self))
      lanes.3.add(bytes.loadUnaligned(fromByteOffset: offset &+ 24, as: UInt64.self))
      offset &+= 32
    }
    for lane in [lanes.0, lanes.1, lanes.2, lanes.3] { add(lane.value) }
    for byte in bytes[offset...] { add(UInt64(byte)) }
  }

  public var value: UInt64 {
    let folded = (state ^ state >> 29) &* StableHash.second
    return folded ^ folded >> 32
  }
}
