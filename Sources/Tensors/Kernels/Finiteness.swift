import CKernels

extension Tensor {
  /// Whether no element is NaN or infinite.
  public var isFinite: Bool {
    if dtype.is16Bit { return maxMagnitude.isFinite }
    return are_finite(pointer(UInt8.self), count, dtype == .float64)
  }

  /// The row-major position of the first NaN or infinity.
  public var firstNonFinite: Int? { isFinite ? nil : (0..<count).first { !self[$0].isFinite } }
}
