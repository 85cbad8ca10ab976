import Glibc
import Synchronization

/// The cosines and sines of rotary position embeddings, in float32.
public struct RotaryTable: Sendable {
  let positions: Int
  let frequencies: RotaryFrequencies
  /// `[positions, headSize/2]`.
  let cosines: [Float]
  let sines: [Float]

  /// The last one that was made: every layer of a model asks for the same.
  private static let latest = Mutex<RotaryTable?>(nil)

  public init(positions: Int, _ frequencies: RotaryFrequencies) {
    if let known = RotaryTable.latest.withLock({ $0 }),
      known.positions == positions, known.frequencies == frequencies
    {
      self = known
      return
    }
    (self.positions, self.frequencies) = (positions, frequencies)
    var (cosines, sines): ([Float], [Float]) = ([], [])
    for position in 0..<positions {
      for frequency in frequencies.values {
        cosines.append(cosf(Float(position) * frequency))
        sines.append(sinf(Float(position) * frequency))
      }
    }
    (self.cosines, self.sines) = (cosines, sines)
    let made = self
    RotaryTable.latest.withLock { $0 = made }
  }

  var headSize: Int { frequencies.headSize }
}

extension Tensor {
  /// Rotates the halves of every head of `[batch, length, heads * headSize]`: (a cos - b sin, b cos + a sin);
  /// `backwards` turns the other way, which is the gradient.
  public func rotated(_ table: RotaryTable, backwards: Bool = false) -> Tensor {
    precondition(shape.rank == 3)
    let own = widened
    let out = Tensor(uninitialized: shape, dtype.computing)
    switch dtype {
    case .float32: own.turn(table, backwards, dtype, into: out) { (product: Float) in product }
    case .float64: own.turn(table, backwards, dtype, into: out) { (product: Double) in product }
    case .bfloat16: own.turn(table, backwards, dtype, into: out) { BFloat16($0).float }
    case .float16: own.turn(table, backwards, dtype, into: out) { Float(Float16($0)) }
    }
    return out.converted(to: dtype)
  }

  /// `rounded` is what becomes of a product before it is added.
  @inline(__always)
  private func turn<T: Element>(
    _ table: RotaryTable, _ backwards: Bool, _ dtype: DType, into out: Tensor, _ rounded: (T) -> T
  ) {
    // The tables are rounded to the dtype of what they turn.
    let cosines = table.cosines.map { T(dtype.rounded(Double($0))) }
    let sines = table.sines.map { T(dtype.rounded(Double($0)) * (backwards ? -1 : 1)) }
    let (half, columns, length) = (table.headSize / 2, shape.columns, shape[1])
    let heads = columns / table.headSize
    cosines.withUnsafeBufferPointer { cosines in
      sines.withUnsafeBufferPointer { sines in
        guard let cosine = cosines.baseAddress, let sine = sines.baseAddress else { return }
        for row in 0..<shape.rows {
          let (c, s) = (cosine + row % length * half, sine + row % length * half)
          for head in 0..<heads {
            let start = row * columns + head * table.headSize
            let (a, b) = (pointer(T.self) + start, pointer(T.self) + start + half)
            let (x, y) = (out.pointer(T.self) + start, out.pointer(T.self) + start + half)
            for i in 0..<half {
              x[i] = rounded(a[i] * c[i]) - rounded(b[i] * s[i])
              y[i] = rounded(b[i] * c[i]) + rounded(a[i] * s[i])
            }
          }
        }
      }
    }
  }
}
