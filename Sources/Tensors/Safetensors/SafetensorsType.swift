/// The element types of the safetensors format.
enum SafetensorsType: String {
  case f64 = "F64"
  case f32 = "F32"
  case bf16 = "BF16"
  case f16 = "F16"
  case i64 = "I64"
  case i32 = "I32"
  case i16 = "I16"
  case i8 = "I8"
  case u64 = "U64"
  case u32 = "U32"
  case u16 = "U16"
  case u8 = "U8"
  case bool = "BOOL"
  case f8e4m3 = "F8_E4M3"
  case f8e5m2 = "F8_E5M2"

  /// Bytes per element.
  var size: Int {
    switch self {
    case .f64, .i64, .u64: 8
    case .f32, .i32, .u32: 4
    case .bf16, .f16, .i16, .u16: 2
    case .i8, .u8, .bool, .f8e4m3, .f8e5m2: 1
    }
  }

  /// The dtype a floating-point type is read as.
  var dtype: DType? {
    switch self {
    case .f64: .float64
    case .f32: .float32
    case .bf16: .bfloat16
    case .f16: .float16
    default: nil
    }
  }

  /// Whether it is an integer type that token ids and labels may have.
  var isInteger: Bool {
    switch self {
    case .i64, .i32, .i16, .i8, .u32, .u16, .u8: true
    default: false
    }
  }

  /// Little-endian bytes, `shape.count` elements, as a tensor.
  func decode(_ bytes: UnsafeRawBufferPointer, shape: Shape, as dtype: DType) -> Tensor {
    let tensor = Tensor(uninitialized: shape, dtype)
    let target = UnsafeMutableRawBufferPointer(mutating: tensor.rawBytes)
    target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes.prefix(target.count)))
    return tensor
  }

  /// Little-endian bytes of an integer type.
  func decodeIntegers(_ bytes: UnsafeRawBufferPointer, count: Int) -> [Int] {
    func each<Bits: FixedWidthInteger>(_: Bits.Type) -> [Int] {
      (0..<count).map { index in
        let word = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
        return Int(truncatingIfNeeded: Bits(littleEndian: word))
      }
    }
    switch self {
    case .i64: return each(Int64.self)
    case .i32: return each(Int32.self)
    case .i16: return each(Int16.self)
    case .i8: return each(Int8.self)
    case .u32: return each(UInt32.self)
    case .u16: return each(UInt16.self)
    default: return each(UInt8.self)
    }
  }
}

extension DType {
  var safetensorsType: SafetensorsType {
    switch self {
    case .float32: .f32
    case .float64: .f64
    case .bfloat16: .bf16
    case .float16: .f16
    }
  }
}
