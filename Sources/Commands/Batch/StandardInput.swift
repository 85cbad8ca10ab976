import Glibc

/// Standard input, line by line. Ctrl-C ends it.
struct StandardInput {
  private var bytes: [UInt8] = []
  private var position = 0
  /// Up to here there is no newline: what was looked through once is not again.
  private var searched = 0
  private var hasEnded = false

  /// A line that is still longer is handed out as it is, to be refused.
  private static let longestLine = 1 << 24

  /// The next line without its newline; nil at the end.
  mutating func next() -> String? {
    while true {
      if let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { (position, searched) = (end + 1, end + 1) }
        return String(decoding: bytes[position..<end], as: UTF8.self)
      }
      bytes.removeFirst(position)
      (position, searched) = (0, bytes.count)
      if hasEnded || bytes.count > StandardInput.longestLine {
        defer { (bytes, searched) = ([], 0) }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
      }
      fill()
    }
  }

  private mutating func fill() {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(STDIN_FILENO, &chunk, chunk.count)
    if count > 0 {
      bytes += chunk.prefix(count)
    } else if count == 0 || errno != EINTR {
      hasEnded = true
    } else if InterruptFlag.isRaised {
      // What was half typed is not a command.
      hasEnded = true
      (bytes, searched) = ([], 0)
    }
  }
}
