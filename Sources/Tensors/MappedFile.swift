import Glibc

/// The bytes of a file, mapped into memory where it is a regular one: nothing is read before it is used, and
/// nothing is copied. Pipes and devices are read to their end.
public final class MappedFile: Sendable {
  // Safe to send: the mapping is read-only and lives as long as this object.
  nonisolated(unsafe) public let bytes: UnsafeRawBufferPointer
  private let isMapped: Bool

  public init(path: String) throws(ReadFailure) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw .latest }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
      let data = try readFile(path)
      let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: data.count, alignment: 16)
      data.copyBytes(to: copy)
      (bytes, isMapped) = (UnsafeRawBufferPointer(copy), false)
      return
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .latest }
    defer { close(descriptor) }
    // The size as it is now, not as it was before the file was opened.
    guard fstat(descriptor, &status) == 0 else { throw .latest }
    guard status.st_size > 0, let start = mmap(nil, status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0),
      start != MAP_FAILED
    else { throw .latest }
    (bytes, isMapped) = (UnsafeRawBufferPointer(start: start, count: status.st_size), true)
  }

  deinit {
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    } else {
      bytes.deallocate()
    }
  }
}
