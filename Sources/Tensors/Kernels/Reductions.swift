import CKernels

// Reductions to a number. All of them add up in Float64, whatever the tensor's dtype.

extension Tensor {
  public var sum: Double {
    switch dtype {
    case .float32: Tensor.accumulate(count, pointer(Float.self)) { Double($0) }
    case .float64: Tensor.accumulate(count, pointer(Double.self)) { $0 }
    case .bfloat16, .float16: widened.sum
    }
  }

  public var mean: Double { sum / Double(count) }

  /// The Euclidean norm over all elements (`torch.linalg.vector_norm`).
  public var norm: Double { squaredNorm.squareRoot() }

  public var squaredNorm: Double {
    switch dtype {
    case .float32: sum_of_squares(pointer(Float.self), count)
    case .float64: Tensor.accumulate(count, pointer(Double.self)) { $0 * $0 }
    case .bfloat16, .float16: widened.squaredNorm
    }
  }

  /// The inner product with a tensor of the same shape; dtypes may differ.
  public func dot(_ other: Tensor) -> Double {
    precondition(shape == other.shape)
    if dtype == .float64 || other.dtype == .float64 {
      let (a, b) = (converted(to: .float64), other.converted(to: .float64))
      return Tensor.accumulate(count, a.pointer(Double.self), b.pointer(Double.self))
    }
    let (a, b) = (widened, other.widened)
    return Tensor.accumulate(count, a.pointer(Float.self), b.pointer(Float.self))
  }

  /// The largest magnitude; NaN if any element is NaN, 0 if there is none.
  public var maxMagnitude: Double {
    switch dtype {
    case .float32: Double(Float(bitPattern: UInt32(bitPattern: Tensor.largest(count, pointer(Int32.self)))))
    case .float64: Double(bitPattern: UInt64(bitPattern: Tensor.largest(count, pointer(Int64.self))))
    case .bfloat16: Double(BFloat16(bits: UInt16(bitPattern: Tensor.largest(count, pointer(Int16.self)))).float)
    case .float16: Double(Float16(bitPattern: UInt16(bitPattern: Tensor.largest(count, pointer(Int16.self)))))
    }
  }

  public var minimum: Double { (0..<count).reduce(Double.infinity) { self[$1].isNaN ? .nan : Swift.min($0, self[$1]) } }

  public var maximum: Double {
    (0..<count).reduce(-Double.infinity) { self[$1].isNaN ? .nan : Swift.max($0, self[$1]) }
  }

  /// The sum over all axes but the last: `[..., m] -> [m]`, the gradient of a bias.
  public var columnSums: Tensor {
    let columns = shape.columns
    let out = Tensor(zeros: Shape(columns), dtype: dtype.computing)
    let own = widened
    if dtype == .float64 {
      Tensor.addRows(own.pointer(Double.self), shape.rows, columns, out.pointer(Double.self))
    } else {
      Tensor.addRows(own.pointer(Float.self), shape.rows, columns, out.pointer(Float.self))
    }
    return out.converted(to: dtype)
  }

  @inline(__always)
  private static func accumulate<T>(_ count: Int, _ a: UnsafePointer<T>, _ term: (T) -> Double) -> Double {
    // Four partial sums: one chain of additions would wait for itself.
    var (s0, s1, s2, s3) = (0.0, 0.0, 0.0, 0.0)
    var index = 0
    while index &+ 4 <= count {
      s0 += term(a[index])
      s1 += term(a[index &+ 1])
      s2 += term(a[index &+ 2])
      s3 += term(a[index &+ 3])
      index &+= 4
    }
    while index < count {
      s0 += term(a[index])
      index &+= 1
    }
    return (s0 + s1) + (s2 + s3)
  }

  @inline(__always)
  private static func accumulate<T: Element>(
    _ count: Int, _ a: UnsafePointer<T>, _ b: UnsafePointer<T>
  ) -> Double {
    var (s0, s1) = (0.0, 0.0)
    var index = 0
    while index &+ 2 <= count {
      s0 += Double(a[index]) * Double(b[index])
      s1 += Double(a[index &+ 1]) * Double(b[index &+ 1])
      index &+= 2
    }
    if index < count { s0 += Double(a[index]) * Double(b[index]) }
    return s0 + s1
  }

  /// The largest of some bit patterns without their sign bit. Magnitudes are ordered as their bits are,
  /// infinity above every number and NaN above infinity; integers compare four at a time.
  @inline(__always)
  private static func largest<Bits: FixedWidthInteger>(_ count: Int, _ bits: UnsafePointer<Bits>) -> Bits {
    var largest: Bits = 0
    var index = 0
    while index < count {
      let magnitude = bits[index] & Bits.max
      largest = magnitude > largest ? magnitude : largest
      index &+= 1
    }
    return largest
  }

  @inline(__always)
  private static func addRows<T: Element>(
    _ matrix: UnsafePointer<T>, _ rows: Int, _ columns: Int, _ out: UnsafeMutablePointer<T>
  ) {
    for row in 0..<rows {
      let start = matrix + row * columns
      var column = 0
      while column < columns {
        out[column] += start[column]
        column &+= 1
      }
    }
  }
}
