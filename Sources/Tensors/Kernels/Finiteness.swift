// A number is NaN or infinite if every bit of its exponent is set; bits compare many at a time, and a tensor of
// 16-bit numbers need not be widened for it.

extension Tensor {
  /// The row-major position of the first NaN or infinity.
  public var firstNonFinite: Int? {
    switch dtype {
    case .float32: Tensor.firstWithExponent(0x7f80_0000, pointer(UInt32.self), count)
    case .float64: Tensor.firstWithExponent(0x7ff0_0000_0000_0000, pointer(UInt64.self), count)
    case .bfloat16: Tensor.firstWithExponent(0x7f80, pointer(UInt16.self), count)
    case .float16: Tensor.firstWithExponent(0x7c00, pointer(UInt16.self), count)
    }
  }

  @inline(__always)
  private static func firstWithExponent<Bits: FixedWidthInteger>(
    _ exponent: Bits, _ bits: UnsafePointer<Bits>, _ count: Int
  ) -> Int? {
    // Whole blocks first: a loop that may stop at any number is not vectorised.
    let block = 1024
    var start = 0
    while start < count {
      let end = Swift.min(start &+ block, count)
      var largest: Bits = 0
      for index in start..<end {
        let own = bits[index] & exponent
        largest = own > largest ? own : largest
      }
      if largest == exponent { return (start..<end).first { bits[$0] & exponent == exponent } }
      start = end
    }
    return nil
  }
}
