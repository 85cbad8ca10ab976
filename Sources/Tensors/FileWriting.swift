import FoundationEssentials
import Glibc

/// A file could not be written.
public struct WriteFailure: Error {}

/// Writes a whole file, or nothing: it appears under its name only when it is complete. A symbolic link stays one, and
/// what is no regular file, such as a pipe or /dev/full, is written into and not replaced.
public func writeFile(_ data: Data, to path: String) throws(WriteFailure) {
  var status = stat()
  let exists = stat(path, &status) == 0
  if exists, status.st_mode & S_IFMT != S_IFREG { return try writeStream(data, to: path) }
  do {
    try data.write(to: URL(filePath: exists ? withoutLinks(path) : path), options: .atomic)
  } catch {
    throw WriteFailure()
  }
}

private func withoutLinks(_ path: String) -> String {
  guard let resolved = realpath(path, nil) else { return path }
  defer { free(resolved) }
  return String(cString: resolved)
}

private func writeStream(_ data: Data, to path: String) throws(WriteFailure) {
  // A named pipe that nobody reads is an error: nothing could interrupt the waiting for a reader.
  let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0, fcntl(descriptor, F_SETFL, 0) == 0 else { throw WriteFailure() }
  defer { close(descriptor) }
  var rest = data[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { throw WriteFailure() }
    rest = rest.dropFirst(count)
  }
}
