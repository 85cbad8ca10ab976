import CKernels
import Glibc

/// The element type of a tensor, under its PyTorch name.
public enum DType: String, Sendable, CaseIterable {
  case float32
  case float64
  case bfloat16
  case float16

  /// Bytes per element.
  public var size: Int {
    switch self {
    case .float32: MemoryLayout<Float>.size
    case .float64: MemoryLayout<Double>.size
    case .bfloat16, .float16: MemoryLayout<UInt16>.size
    }
  }

  /// What arithmetic on it is done in (torch's `opmath_t`): 16-bit numbers are widened, and each
  /// operation's result is rounded once.
  public var computing: DType { self == .float64 ? .float64 : .float32 }

  public var is16Bit: Bool { size == 2 }

  /// `torch.finfo(dtype).eps`: the distance from 1 to the next larger number.
  public var epsilon: Double {
    switch self {
    case .float32: 0x1p-23
    case .float64: 0x1p-52
    case .bfloat16: 0x1p-7
    case .float16: 0x1p-10
    }
  }

  /// The distance from `value` to the next larger magnitude this type can hold (`torch.nextafter`).
  public func ulp(of value: Double) -> Double {
    switch self {
    case .float32: Double(Float(value).ulp)
    case .float64: value.ulp
    case .bfloat16: Double(BFloat16(Float(value)).ulp)
    case .float16: Double(Float16(value).ulp)
    }
  }

  /// The bit pattern of the nearest number of this type.
  public func bits(of value: Double) -> UInt64 {
    switch self {
    case .float32: UInt64(Float(value).bitPattern)
    case .float64: value.bitPattern
    case .bfloat16: UInt64(BFloat16(Float(value)).bits)
    case .float16: UInt64(Float16(Float(value)).bitPattern)
    }
  }

  /// The nearest number of this type.
  public func rounded(_ value: Double) -> Double {
    switch self {
    case .float32: Double(Float(value))
    case .float64: value
    case .bfloat16: Double(BFloat16(Float(value)).float)
    case .float16: Double(Float16(Float(value)))
    }
  }
}

/// What a kernel is written over; it is specialised for Float and for Double.
protocol Element: BinaryFloatingPoint, Sendable {
  /// out = exp(row - shift) * factor. `out` may be the row itself.
  static func exponentials(
    _ row: UnsafePointer<Self>, _ count: Int, minus shift: Self, times factor: Self,
    into out: UnsafeMutablePointer<Self>)
  /// The natural logarithm.
  static func log(_ x: Self) -> Self
}

extension Float: Element {
  static func exponentials(
    _ row: UnsafePointer<Float>, _ count: Int, minus shift: Float, times factor: Float,
    into out: UnsafeMutablePointer<Float>
  ) {
    exponentials_of_floats(row, count, shift, factor, out)
  }
  static func log(_ x: Float) -> Float { logf(x) }
}

extension Double: Element {
  static func exponentials(
    _ row: UnsafePointer<Double>, _ count: Int, minus shift: Double, times factor: Double,
    into out: UnsafeMutablePointer<Double>
  ) {
    for index in 0..<count { out[index] = Glibc.exp(row[index] - shift) * factor }
  }
  static func log(_ x: Double) -> Double { Glibc.log(x) }
}
