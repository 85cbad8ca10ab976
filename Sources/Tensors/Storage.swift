/// The memory behind a tensor. Tensors share it until one of them is written to.
final class Storage: @unchecked Sendable {
  // Safe to send: written only while uniquely referenced, by `Tensor`'s copy on write.
  let bytes: UnsafeMutableRawPointer

  init(byteCount: Int) {
    bytes = .allocate(byteCount: max(byteCount, 1), alignment: 16)
  }

  deinit {
    bytes.deallocate()
  }
}
