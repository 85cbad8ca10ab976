// Logarithm, sine and cosine as torch's vectorised normal_() computes them in float32: Moshier's Cephes
// polynomials with the multiply-adds that its compiler fuses. The C library's are closer to the truth,
// and for that reason not the same bits.

/// Cephes `logf`, for x in (0, 1].
func cephesLog(_ value: Float) -> Float {
  let polynomial: [Float] = [
    -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1,
    -2.4999993993e-1, 3.3333331174e-1,
  ]
  // value = x * 2^exponent with x in [sqrt(1/2), sqrt(2)), and then x - 1.
  let bits = Swift.max(value, .leastNormalMagnitude).bitPattern
  var exponent = Float(Int32(bits >> 23) - 126)
  var x = Float(bitPattern: bits & 0x807F_FFFF | 0x3F00_0000)
  if x < Float(0.5.squareRoot()) {
    exponent -= 1
    x += x - 1
  } else {
    x -= 1
  }
  let square = x * x
  var y: Float = 7.0376836292e-2
  for coefficient in polynomial { y = coefficient.addingProduct(y, x) }
  y *= x
  y = (exponent * -2.12194440e-4).addingProduct(y, square)
  y.addProduct(square, -0.5)
  return (x + y).addingProduct(exponent, 0.693359375)
}

/// Cephes `sincosf`, for an angle in [0, 2 pi].
func cephesSineCosine(_ angle: Float) -> (sine: Float, cosine: Float) {
  // The octant, rounded up to an even one, and what is left of the angle in three steps of pi/4.
  let octant = (Int32(angle * 1.27323954473516) + 1) & ~1
  var x = angle
  for part: Float in [-0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8] {
    x.addProduct(Float(octant), part)
  }
  let square = x * x
  var c: Float = 2.443315711809948e-5
  c = Float(-1.388731625493765e-3).addingProduct(c, square)
  c = Float(4.166664568298827e-2).addingProduct(c, square)
  c = (square * -0.5).addingProduct(c * square, square) + 1
  var s: Float = -1.9515295891e-4
  s = Float(8.3321608736e-3).addingProduct(s, square)
  s = Float(-1.6666654611e-1).addingProduct(s, square)
  s = x.addingProduct(s * square, x)
  let (sine, cosine) = octant & 2 == 0 ? (s, c) : (c, s)
  return (octant & 4 == 0 ? sine : -sine, (octant - 2) & 4 == 0 ? -cosine : cosine)
}
