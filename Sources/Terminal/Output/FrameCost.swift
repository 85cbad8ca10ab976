import Glibc

/// What painting a frame cost.
public struct FrameCost: Hashable, Sendable {
  public var duration: Duration
  /// What was sent to the terminal; nil where the system does not count.
  public var bytes: Int?

  /// `1.2 ms 348 B`.
  public var text: String {
    let tenths = Int((duration / .microseconds(100)).rounded())
    return "frame \(tenths / 10).\(tenths % 10) ms" + (bytes.map { " \($0) B" } ?? "")
  }
}

/// The bytes that the calling thread has written so far, as Linux counts them.
///
/// ncurses writes to the descriptor itself, past C's streams, so nobody else can count.
enum WrittenBytes {
  static func now() -> Int? {
    let file = open("/proc/thread-self/io", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 512)
    let count = read(file, &buffer, buffer.count)
    guard count > 0 else { return nil }
    return parse(String(decoding: buffer.prefix(count), as: UTF8.self))
  }

  /// The number after `wchar:`.
  static func parse(_ text: String) -> Int? {
    for line in text.split(separator: "\n") where line.hasPrefix("wchar: ") {
      return Int(line.dropFirst("wchar: ".count))
    }
    return nil
  }
}
