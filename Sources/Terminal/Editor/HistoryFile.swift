import Glibc

/// A file of lines that several programs extend at once, each line with a single write, so that none is lost or torn.
///
/// It is shortened when it is read, by a new file in its place. Whoever writes holds a lock, and looks whether the
/// file it has locked is still the one of that name.
struct HistoryFile {
  let path: String
  /// Nil keeps all.
  let mostLines: Int?

  /// The latest lines. A file that has grown to twice as many is cut down to them.
  func lines() -> [String] {
    guard access(path, F_OK) == 0, let file = locked() else { return [] }
    defer { close(file) }
    let all = String(decoding: contents(of: file), as: UTF8.self).split(separator: "\n").map(String.init)
    guard let mostLines, all.count > mostLines else { return all }
    let kept = Array(all.suffix(mostLines))
    if all.count >= 2 * mostLines { replace(with: kept) }
    return kept
  }

  /// Writes one line behind the others; a file that cannot be written is no reason to stop working.
  func append(_ line: String) {
    guard let file = locked() else { return }
    defer { close(file) }
    _ = put(line + "\n", into: file)
  }

  /// Opens the file, made where it is missing, and waits for the lock on it; closing it lets go.
  private func locked() -> Int32? {
    while true {
      let file = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
      guard file >= 0 else { return nil }
      var (mine, named) = (stat(), stat())
      guard flock(file, LOCK_EX) == 0, fstat(file, &mine) == 0 else {
        close(file)
        return nil
      }
      // Another program may have put a new file in its place while this one waited.
      if stat(path, &named) == 0, mine.st_ino == named.st_ino, mine.st_dev == named.st_dev { return file }
      close(file)
    }
  }

  private func contents(of file: Int32) -> [UInt8] {
    var (all, chunk) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
    while true {
      let count = read(file, &chunk, chunk.count)
      guard count > 0 else { return all }
      all += chunk.prefix(count)
    }
  }

  /// Keeps these lines only; what is there stays if they cannot be written.
  private func replace(with lines: [String]) {
    let new = path + ".new"
    let file = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    let isWhole = put(lines.joined(separator: "\n") + "\n", into: file)
    close(file)
    if !isWhole || rename(new, path) != 0 { unlink(new) }
  }

  private func put(_ text: String, into file: Int32) -> Bool {
    let bytes = Array(text.utf8)
    return write(file, bytes, bytes.count) == bytes.count
  }
}
