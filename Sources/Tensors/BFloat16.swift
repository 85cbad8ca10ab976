/// `torch.bfloat16`: the upper half of a float32.
struct BFloat16: Sendable {
  let bits: UInt16

  init(bits: UInt16) {
    self.bits = bits
  }

  /// Rounds to nearest, ties to even; any NaN becomes torch's one NaN.
  @inline(__always)
  init(_ value: Float) {
    let word = value.bitPattern
    let rounded = (word &+ 0x7fff &+ (word >> 16 & 1)) >> 16
    bits = value.isNaN ? 0x7fc0 : UInt16(truncatingIfNeeded: rounded)
  }

  @inline(__always)
  var float: Float { Float(bitPattern: UInt32(bits) << 16) }

  /// The distance to the next larger magnitude; NaN for infinity and NaN.
  var ulp: Float {
    guard float.isFinite else { return .nan }
    let magnitude = bits & 0x7fff
    return BFloat16(bits: magnitude &+ 1).float - BFloat16(bits: magnitude).float
  }
}
