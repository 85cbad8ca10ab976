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
    guard waitForInput() else {
      // What was half typed is not a command.
      hasEnded = true
      (bytes, searched) = ([], 0)
      return
    }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(STDIN_FILENO, &chunk, chunk.count)
    if count > 0 {
      bytes += chunk.prefix(count)
    } else if count == 0 || errno != EINTR {
      hasEnded = true
    }
  }

  /// Waits until there is something to read; false after Ctrl-C. The signal is let in only while waiting: one that
  /// came between a look at the flag and the read would leave the read waiting for ever.
  private func waitForInput() -> Bool {
    var interrupt = sigset_t()
    var before = sigset_t()
    sigemptyset(&interrupt)
    sigaddset(&interrupt, SIGINT)
    sigprocmask(SIG_BLOCK, &interrupt, &before)
    defer { sigprocmask(SIG_SETMASK, &before, nil) }
    while !InterruptFlag.isRaised {
      var descriptors = fd_set()
      descriptors.__fds_bits.0 = 1 << STDIN_FILENO
      if pselect(STDIN_FILENO + 1, &descriptors, nil, nil, nil, &before) >= 0 || errno != EINTR { return true }
    }
    return false
  }
}
