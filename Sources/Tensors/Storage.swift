import Glibc

/// The memory behind a tensor. Tensors share it until one of them is written to.
final class Storage: @unchecked Sendable {
  // Safe to send: written only while uniquely referenced, by `Tensor`'s copy on write.
  let bytes: UnsafeMutableRawPointer

  init(byteCount: Int) {
    // malloc aligns to 16 already; Swift's own allocate asks for that again through posix_memalign,
    // which takes three times as long.
    guard let bytes = malloc(max(byteCount, 1)) else { fatalError("out of memory: \(byteCount) bytes") }
    self.bytes = bytes
  }

  deinit {
    free(bytes)
  }
}
