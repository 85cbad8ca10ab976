/// A dense, row-major array of numbers with value semantics: a copy is cheap and never changes under you.
public struct Tensor: Sendable {
  // Safe to send: a kernel fills it before it hands its tensor out, and nobody writes it afterwards.
  nonisolated(unsafe) private let storage: Storage

  /// Contents are undefined; every kernel that asks for this fills it.
  init(uninitialized shape: Shape, _ dtype: DType) {
    storage = Storage.allocate(shape, dtype)
  }

  public var shape: Shape { storage.shape }
  public var dtype: DType { storage.dtype }

  public init(zeros shape: Shape, dtype: DType) {
    self.init(uninitialized: shape, dtype)
    storage.bytes.initializeMemory(as: UInt8.self, repeating: 0, count: shape.count * dtype.size)
  }

  public init(full shape: Shape, value: Double, dtype: DType) {
    self.init(uninitialized: shape, dtype)
    switch dtype {
    case .float32: pointer(Float.self).update(repeating: Float(value), count: count)
    case .float64: pointer(Double.self).update(repeating: value, count: count)
    }
  }

  public init(_ values: [Double], shape: Shape, dtype: DType) {
    precondition(values.count == shape.count)
    self.init(uninitialized: shape, dtype)
    switch dtype {
    case .float32:
      let out = pointer(Float.self)
      for (index, value) in values.enumerated() { out[index] = Float(value) }
    case .float64:
      let out = pointer(Double.self)
      for (index, value) in values.enumerated() { out[index] = value }
    }
  }

  public var count: Int { storage.shape.count }

  /// The element at a row-major position.
  public subscript(index: Int) -> Double {
    precondition(index >= 0 && index < count)
    switch dtype {
    case .float32: return Double(pointer(Float.self)[index])
    case .float64: return pointer(Double.self)[index]
    }
  }

  public func toArray() -> [Double] { (0..<count).map { self[$0] } }

  /// `Tensor.to(dtype)`.
  public func converted(to dtype: DType) -> Tensor {
    if dtype == self.dtype { return self }
    let out = Tensor(uninitialized: shape, dtype)
    switch dtype {
    case .float32:
      let (to, from) = (out.pointer(Float.self), pointer(Double.self))
      for index in 0..<count { to[index] = Float(from[index]) }
    case .float64:
      let (to, from) = (out.pointer(Double.self), pointer(Float.self))
      for index in 0..<count { to[index] = Double(from[index]) }
    }
    return out
  }

  /// Entry `index` along the first axis.
  public func entry(_ index: Int) -> Tensor {
    precondition(shape.rank > 0 && index >= 0 && index < shape[0])
    let part = shape.withoutFirstAxis
    let out = Tensor(uninitialized: part, dtype)
    let size = part.count * dtype.size
    out.storage.bytes.copyMemory(from: storage.bytes + index * size, byteCount: size)
    return out
  }

  /// `torch.stack(parts)`: equal shapes on a new leading axis.
  public static func stack(_ parts: [Tensor]) -> Tensor {
    precondition(!parts.isEmpty && parts.allSatisfy { $0.shape == parts[0].shape && $0.dtype == parts[0].dtype })
    let out = Tensor(uninitialized: parts[0].shape.prefixed(by: parts.count), parts[0].dtype)
    let size = parts[0].count * parts[0].dtype.size
    for (index, part) in parts.enumerated() {
      out.storage.bytes.advanced(by: index * size).copyMemory(from: part.storage.bytes, byteCount: size)
    }
    return out
  }

  /// The same bits in the same shape: what a replay must reproduce.
  public func isIdentical(to other: Tensor) -> Bool {
    guard shape == other.shape, dtype == other.dtype else { return false }
    return rawBytes.elementsEqual(other.rawBytes)
  }

  var rawBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: storage.bytes, count: count * dtype.size)
  }

  /// For kernels; the caller asks for the element type that `dtype` says.
  @inline(__always)
  func pointer<T>(_: T.Type) -> UnsafeMutablePointer<T> {
    storage.bytes.assumingMemoryBound(to: T.self)
  }
}
