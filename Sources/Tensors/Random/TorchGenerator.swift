import Glibc

/// `torch.Generator` on the CPU: the same seed gives the same numbers as torch, to the last bit
/// (float32 normals: those of a CPU with AVX2; elsewhere torch itself differs by an ulp or two).
public struct TorchGenerator: Sendable {
  private var engine: MersenneTwister
  private var waitingNormal: Double?

  /// `torch.manual_seed(seed)`; as in torch only the low 32 bits count.
  public init(seed: UInt64) {
    engine = MersenneTwister(seed: UInt32(truncatingIfNeeded: seed))
  }

  /// `torch.empty(shape).uniform_(low, high)`; for 16 bits what `.to(dtype)` makes of the float32 one.
  public mutating func uniform(_ shape: Shape, low: Double = 0, high: Double = 1, dtype: DType) -> Tensor {
    let out = Tensor(uninitialized: shape, dtype.computing)
    if dtype == .float64 {
      let values = out.pointer(Double.self)
      for index in 0..<out.count { values[index] = low.addingProduct(unitDouble(), high - low) }
    } else {
      let values = out.pointer(Float.self)
      let (from, span) = (Float(low), Float(high) - Float(low))
      // Fused, as torch's compiler does it: separate rounding is one bit off now and then.
      for index in 0..<out.count { values[index] = from.addingProduct(unitFloat(), span) }
    }
    return out.converted(to: dtype)
  }

  /// `torch.randint(0, below, (count,))`; `below` is at most 2^32.
  public mutating func integers(_ count: Int, below: Int) -> [Int] {
    (0..<count).map { _ in Int(engine.draw()) % below }
  }

  /// `torch.rand(shape) < p` as ones and zeros, divided by `p`: what `F.dropout(p: 1 - p)` multiplies with.
  public mutating func dropoutMask(_ shape: Shape, keeping probability: Double, dtype: DType) -> Tensor {
    let scale = probability > 0 ? 1 / probability : 0
    let values = (0..<shape.count).map { _ in unitDouble() < probability ? scale : 0 }
    return Tensor(values, shape: shape, dtype: dtype)
  }

  /// `torch.empty(shape).normal_(std=std)`: normal numbers by Box and Muller, in torch's order.
  public mutating func normal(_ shape: Shape, std: Double = 1, dtype: DType) -> Tensor {
    let count = shape.count
    if count < 16 { return Tensor(scalarNormals(count).map { $0 * std }, shape: shape, dtype: dtype) }
    let out = uniform(shape, dtype: dtype.computing)
    for start in stride(from: 0, through: count - 16, by: 16) { transform(out, start) }
    if count % 16 != 0 {
      // torch draws the last sixteen anew instead of padding a block.
      copy(uniform(Shape(16), dtype: out.dtype), into: out, at: count - 16)
      transform(out, count - 16)
    }
    return (std == 1 ? out : out.scaled(by: std)).converted(to: dtype)
  }

  /// `nn.init.kaiming_uniform_(weight, a=sqrt(5))` for a weight `[out, in]`.
  public mutating func kaimingUniform(_ shape: Shape, dtype: DType) -> Tensor {
    let slope = 5.0.squareRoot()
    let gain = (2 / (1 + slope * slope)).squareRoot()
    let bound = 3.0.squareRoot() * (gain / Double(shape[1]).squareRoot())
    return uniform(shape, low: -bound, high: bound, dtype: dtype)
  }

  private mutating func unitFloat() -> Float {
    Float(engine.draw() & 0xff_ffff) * 0x1p-24
  }

  private mutating func unitDouble() -> Double {
    let high = UInt64(engine.draw())
    let word = high << 32 | UInt64(engine.draw())
    return Double(word & (1 << 53 - 1)) * 0x1p-53
  }

  /// Fewer than sixteen: pairs from Float64 uniforms; the second of a pair waits for the next call.
  private mutating func scalarNormals(_ count: Int) -> [Double] {
    (0..<count).map { _ in
      if let waiting = waitingNormal {
        waitingNormal = nil
        return waiting
      }
      let (u1, u2) = (unitDouble(), unitDouble())
      let radius = (-2 * log1p(-u2)).squareRoot()
      waitingNormal = radius * sin(2 * .pi * u1)
      return radius * cos(2 * .pi * u1)
    }
  }

  private func transform(_ tensor: Tensor, _ start: Int) {
    if tensor.dtype == .float64 {
      let values = tensor.pointer(Double.self) + start
      for j in 0..<8 {
        let radius = (-2 * log(1 - values[j])).squareRoot()
        let angle = 2 * Double.pi * values[j + 8]
        (values[j], values[j + 8]) = (radius * cos(angle), radius * sin(angle))
      }
      return
    }
    let values = tensor.pointer(Float.self) + start
    // Float.pi is rounded towards zero, torch's constant to nearest.
    let fullTurn = Float(2 * Double.pi)
    for j in 0..<8 {
      let radius = (-2 * cephesLog(1 - values[j])).squareRoot()
      let (sine, cosine) = cephesSineCosine(fullTurn * values[j + 8])
      (values[j], values[j + 8]) = (radius * cosine, radius * sine)
    }
  }

  private func copy(_ part: Tensor, into whole: Tensor, at start: Int) {
    let size = part.dtype.size
    (whole.pointer(UInt8.self) + start * size).update(from: part.pointer(UInt8.self), count: part.count * size)
  }
}
