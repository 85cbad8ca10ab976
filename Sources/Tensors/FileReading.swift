import FoundationEssentials

/// The reason a file cannot be read, in the system's words.
public struct ReadFailure: Error {
  public let reason: String
}

/// The whole file, memory-mapped where that is safe.
public func readFile(_ path: String) throws(ReadFailure) -> Data {
  var isDirectory = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
    throw ReadFailure(reason: "no such file")
  }
  if isDirectory { throw ReadFailure(reason: "it is a directory") }
  do {
    return try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
  } catch {
    throw ReadFailure(reason: FileManager.default.isReadableFile(atPath: path) ? "reading failed" : "permission denied")
  }
}
