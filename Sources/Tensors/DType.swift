/// The element type of a tensor, under its PyTorch name.
public enum DType: String, Sendable, CaseIterable {
  case float32
  case float64

  /// Bytes per element.
  public var size: Int {
    switch self {
    case .float32: MemoryLayout<Float>.size
    case .float64: MemoryLayout<Double>.size
    }
  }

  /// The distance from `value` to the next larger magnitude this type can hold (`torch.nextafter`).
  public func ulp(of value: Double) -> Double {
    switch self {
    case .float32: Double(Float(value).ulp)
    case .float64: value.ulp
    }
  }
}

/// What a kernel is written over; it is specialised for Float and for Double.
protocol Element: BinaryFloatingPoint, Sendable {}

extension Float: Element {}
extension Double: Element {}
