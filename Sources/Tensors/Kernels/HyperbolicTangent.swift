import CKernels

/// tanh x with a relative error below 2^-22, made of `exponential`.
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
