import CKernels

extension Tensor {
  /// Whether no element is NaN or infinite.
  public var isFinite: Bool {
    if dtype.is16Bit { return maxMagnitude.isFinite }
    return are_finite(pointer(UInt8.self), count, dtype == .float64)
  }
}
