// A 16-bit operation that consists of several is rounded after each of them.

/// Rounds what was computed in Float to a 16-bit dtype, in place. Other dtypes are what they are computed in.
@inline(__always)
func round<T: Element>(_ values: UnsafeMutablePointer<T>, _ count: Int, to dtype: DType) {
  guard dtype.is16Bit else { return }
  let singles = UnsafeMutableRawPointer(values).assumingMemoryBound(to: Float.self)
  var index = 0
  if dtype == .bfloat16 {
    while index < count {
      singles[index] = BFloat16(singles[index]).float
      index &+= 1
    }
  } else {
    while index < count {
      singles[index] = Float(Float16(singles[index]))
      index &+= 1
    }
  }
}
