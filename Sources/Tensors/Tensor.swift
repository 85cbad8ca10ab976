/// A dense, row-major array of numbers with value semantics: a copy is cheap and never changes under you.
public struct Tensor: Sendable {
  // Safe to send: a kernel fills it before it hands its tensor out, and nobody writes it afterwards.
  nonisolated(unsafe) private let storage: Storage

  /// Contents are undefined; every kernel that asks for this fills it.
  init(uninitialized shape: Shape, _ dtype: DType) {
    storage = Storage.allocate(shape, dtype)
  }

  /// Numbers as they lie in a file, used in place; they must be aligned.
  init(mapping bytes: UnsafeRawPointer, of file: MappedFile, _ shape: Shape, _ dtype: DType) {
    storage = Storage.mapping(bytes, of: file, shape, dtype)
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
    case .bfloat16: pointer(UInt16.self).update(repeating: BFloat16(Float(value)).bits, count: count)
    case .float16: pointer(Float16.self).update(repeating: Float16(Float(value)), count: count)
    }
  }

  public init(_ values: [Double], shape: Shape, dtype: DType) {
    precondition(values.count == shape.count)
    if dtype.is16Bit {
      self = Tensor(values, shape: shape, dtype: .float32).converted(to: dtype)
      return
    }
    self.init(uninitialized: shape, dtype)
    if dtype == .float64 {
      let out = pointer(Double.self)
      for (index, value) in values.enumerated() { out[index] = value }
    } else {
      let out = pointer(Float.self)
      for (index, value) in values.enumerated() { out[index] = Float(value) }
    }
  }

  public var count: Int { storage.shape.count }

  /// The element at a row-major position.
  public subscript(index: Int) -> Double {
    precondition(index >= 0 && index < count)
    switch dtype {
    case .float32: return Double(pointer(Float.self)[index])
    case .float64: return pointer(Double.self)[index]
    case .bfloat16: return Double(BFloat16(bits: pointer(UInt16.self)[index]).float)
    case .float16: return Double(pointer(Float16.self)[index])
    }
  }

  public func toArray() -> [Double] { (0..<count).map { self[$0] } }

  /// `Tensor.to(dtype)`. Between float64 and 16 bits the way leads over float32, as in torch.
  public func converted(to dtype: DType) -> Tensor {
    if dtype == self.dtype { return self }
    if dtype != .float32 && self.dtype != .float32 { return converted(to: .float32).converted(to: dtype) }
    let out = Tensor(uninitialized: shape, dtype)
    switch (self.dtype, dtype) {
    case (.float64, _): Tensor.convert(pointer(Double.self), out.pointer(Float.self), count) { Float($0) }
    case (.bfloat16, _):
      Tensor.convert(pointer(UInt16.self), out.pointer(Float.self), count) { BFloat16(bits: $0).float }
    case (.float16, _): Tensor.convert(pointer(Float16.self), out.pointer(Float.self), count) { Float($0) }
    case (.float32, .float64): Tensor.convert(pointer(Float.self), out.pointer(Double.self), count) { Double($0) }
    case (.float32, .bfloat16):
      Tensor.convert(pointer(Float.self), out.pointer(UInt16.self), count) { BFloat16($0).bits }
    case (.float32, _): Tensor.convert(pointer(Float.self), out.pointer(Float16.self), count) { Float16($0) }
    }
    return out
  }

  @inline(__always)
  private static func convert<T, U>(
    _ from: UnsafePointer<T>, _ to: UnsafeMutablePointer<U>, _ count: Int, _ body: (T) -> U
  ) {
    var index = 0
    while index < count {
      to[index] = body(from[index])
      index &+= 1
    }
  }

  /// The same numbers in the dtype that arithmetic on them is done in.
  public var widened: Tensor { converted(to: dtype.computing) }

  /// `Tensor.view(shape)`: the same numbers in rows of another length.
  public func reshaped(to shape: Shape) -> Tensor {
    precondition(shape.count == count)
    if shape == self.shape { return self }
    let out = Tensor(uninitialized: shape, dtype)
    out.storage.bytes.copyMemory(from: storage.bytes, byteCount: count * dtype.size)
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
