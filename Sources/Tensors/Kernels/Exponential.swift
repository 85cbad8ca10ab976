/// e to the power of x, to a last digit or so (a relative error below 2^-23), over the whole range of Float:
/// subnormal results, 0, infinity and NaN included. It has no branches and calls nothing, so that loops over it
/// vectorise; the C library's function takes most of a softmax's time.
@inline(__always)
func exponential(_ x: Float) -> Float {
  // Beyond these the result is 0 or infinity all the same. NaN passes both comparisons.
  let bounded = x > 89 ? 89 : x < -104 ? -104 : x
  // x = n log 2 + r with |r| <= log(2)/2. Adding 1.5 * 2^23 rounds to an integer, whose bits are then the low ones.
  let shifted = bounded * 1.442_695_04 + 0x1.8p23
  let n = shifted - 0x1.8p23
  // log 2 in two parts, of which the first has so few digits that n times it is exact.
  let r = (bounded - n * 0x1.63p-1) - n * -2.121_944_4e-4
  // exp(r) = 1 + r + r^2 q(r); q is the polynomial with the least largest error on that interval.
  let q = (((0.001_381_453_9 * r + 0.008_368_745) * r + 0.041_668_39) * r + 0.166_665_21) * r + 0.499_999_94
  let power = (q * (r * r) + r) + 1
  // Times 2^n, in two steps: half of it is never out of range.
  let exponent = Int32(bitPattern: shifted.bitPattern &<< 9) &>> 9
  let half = exponent &>> 1
  return power * powerOfTwo(half) * powerOfTwo(exponent &- half)
}

/// 2^exponent, for exponents of normal numbers.
@inline(__always)
private func powerOfTwo(_ exponent: Int32) -> Float {
  Float(bitPattern: UInt32(bitPattern: exponent &+ 127) &<< 23)
}

/// tanh x with a relative error below 2^-22, made like `exponential`.
@inline(__always)
func hyperbolicTangent(_ x: Float) -> Float {
  // Near 0 nothing may be subtracted: x + x^3 p(x^2), p with the least largest error up to 0.625.
  let z = x * x
  let p = (((-0.005_700_425 * z + 0.020_635_165) * z - 0.053_738_568) * z + 0.133_314_3) * z - 0.333_332_8
  let near = x + x * (z * p)
  let magnitude = Swift.abs(x)
  let far = 1 - 2 / (exponential(magnitude + magnitude) + 1)
  return magnitude < 0.625 ? near : x < 0 ? -far : far
}
