import FoundationEssentials

extension Tensor {
  /// Its numbers in base64, row by row and little-endian, as `torch.frombuffer` reads them.
  public var base64: String { Data(rawBytes).base64EncodedString() }
}
