import Glibc

/// The cosines and sines of rotary position embeddings, in float32.
public struct RotaryTable: Sendable {
  public let headSize: Int
  /// `[positions, headSize/2]`.
  let cosines: [Float]
  let sines: [Float]

  public init(positions: Int, _ frequencies: RotaryFrequencies) {
    headSize = frequencies.headSize
    var (cosines, sines): ([Float], [Float]) = ([], [])
    for position in 0..<positions {
      for frequency in frequencies.values {
        cosines.append(cosf(Float(position) * frequency))
        sines.append(sinf(Float(position) * frequency))
      }
    }
    (self.cosines, self.sines) = (cosines, sines)
  }
}

extension Tensor {
  /// Rotates the halves of every head of `[batch, length, heads * headSize]`: (a cos - b sin, b cos + a sin);
  /// `backwards` turns the other way, which is the gradient.
  public func rotated(_ table: RotaryTable, backwards: Bool = false) -> Tensor {
    precondition(shape.rank == 3)
    let own = widened
    let out = Tensor(uninitialized: shape, dtype.computing)
    let half = table.headSize / 2
    let heads = shape.columns / table.headSize
    // The tables are rounded to the dtype of what they turn.
    let cosines = table.cosines.map { dtype.rounded(Double($0)) }
    let sines = table.sines.map { dtype.rounded(Double($0)) * (backwards ? -1 : 1) }
    let product = { (value: Double) in dtype.is16Bit ? dtype.rounded(value) : value }
    func turn<T: Element>(_: T.Type) {
      let (from, to) = (own.pointer(T.self), out.pointer(T.self))
      for row in 0..<shape.rows {
        let angles = row % shape[1] * half
        for head in 0..<heads {
          let start = row * shape.columns + head * table.headSize
          for i in 0..<half {
            let (a, b) = (from[start + i], from[start + half + i])
            let (cosine, sine) = (T(cosines[angles + i]), T(sines[angles + i]))
            to[start + i] = T(product(Double(a * cosine))) - T(product(Double(b * sine)))
            to[start + half + i] = T(product(Double(b * cosine))) + T(product(Double(a * sine)))
          }
        }
      }
    }
    if dtype == .float64 { turn(Double.self) } else { turn(Float.self) }
    return out.converted(to: dtype)
  }
}
