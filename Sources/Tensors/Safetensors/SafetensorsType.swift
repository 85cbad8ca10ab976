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

  var isFloatingPoint: Bool {
    switch self {
    case .f64, .f32, .bf16, .f16: true
    default: false
    }
  }

  /// Little-endian bytes, `shape.count` elements of a floating-point type, as a tensor.
  func decode(_ bytes: UnsafeRawBufferPointer, shape: Shape) -> Tensor {
    let tensor = Tensor(uninitialized: shape, self == .f64 ? .float64 : .float32)
    func each<Bits: FixedWidthInteger>(_: Bits.Type, _ store: (Int, Bits) -> Void) {
      for index in 0..<shape.count {
        let word = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
        store(index, Bits(littleEndian: word))
      }
    }
    let (single, double) = (tensor.pointer(Float.self), tensor.pointer(Double.self))
    switch self {
    case .f64: each(UInt64.self) { double[$0] = Double(bitPattern: $1) }
    case .bf16: each(UInt16.self) { single[$0] = Float(bitPattern: UInt32($1) << 16) }
    case .f16: each(UInt16.self) { single[$0] = Float(Float16(bitPattern: $1)) }
    default: each(UInt32.self) { single[$0] = Float(bitPattern: $1) }
    }
    return tensor
  }
}

extension DType {
  var safetensorsType: SafetensorsType {
    switch self {
    case .float32: .f32
    case .float64: .f64
    }
  }
}
