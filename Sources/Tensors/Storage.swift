import Glibc

/// The memory behind a tensor; copies of a tensor share it.
final class Storage: @unchecked Sendable {
  // Safe to send: a kernel fills it before it hands its tensor out, and nobody writes it afterwards.
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
