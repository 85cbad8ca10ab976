import FoundationEssentials
import Glibc

/// The reason a file cannot be read, in the system's words.
public struct ReadFailure: Error {
  public let reason: String

  /// For the call that has just failed.
  static var latest: ReadFailure {
    ReadFailure(reason: errno == ENOENT ? "no such file" : String(cString: strerror(errno)).lowercased())
  }
}

/// Whether there is something of that name.
public func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// A directory's name as it was given, but for a slash at its end.
public func directoryName(_ path: String) -> String {
  path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
}

/// What a pipe may deliver before it is given up: nobody has more to say, and /dev/zero never ends.
private let longestStream = 1 << 30

/// The most bytes of a file that is read as a whole, such as JSON: in memory it takes many times as much.
public let longestDocument = 1 << 26

/// The whole file, memory-mapped where that is safe; pipes and devices are read to their end.
public func readFile(_ path: String, atMost limit: Int = .max) throws(ReadFailure) -> Data {
  var status = stat()
  guard stat(path, &status) == 0 else { throw .latest }
  switch status.st_mode & S_IFMT {
  case S_IFDIR: throw ReadFailure(reason: "it is a directory")
  // What says that it is empty may still have something to say, as in /proc.
  case S_IFREG where status.st_size > 0: break
  default: return try readStream(path, atMost: min(limit, longestStream))
  }
  guard status.st_size <= limit else {
    throw ReadFailure(reason: "it has \(status.st_size) bytes; \(limit) are the most")
  }
  do {
    return try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
  } catch {
    throw ReadFailure(reason: access(path, R_OK) == 0 ? "reading failed" : "permission denied")
  }
}

private func readStream(_ path: String, atMost limit: Int) throws(ReadFailure) -> Data {
  // A named pipe is not waited for: without a writer it is empty, and nothing could interrupt the waiting.
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { throw .latest }
  defer { close(descriptor) }
  guard fcntl(descriptor, F_SETFL, 0) == 0 else { throw .latest }
  var all = Data()
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(descriptor, &chunk, chunk.count)
    if count == 0 { return all }
    guard count > 0 else { throw .latest }
    all.append(contentsOf: chunk.prefix(count))
    if all.count > limit { throw ReadFailure(reason: "it does not end after \(limit >> 20) MiB, which are the most") }
  }
}
