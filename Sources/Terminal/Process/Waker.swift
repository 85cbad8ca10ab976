import CTerminal
import Glibc

/// Wakes the event loop from any thread.
///
/// Put the news where the main thread finds it first, then call `wake()`. Many calls
/// before the loop looks count as one.
public final class Waker: Sendable {
  let descriptor: Int32

  public init() throws(TerminalError) {
    descriptor = terminal_eventfd()
    guard descriptor >= 0 else { throw .failed("eventfd") }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  public func wake() {
    var one: UInt64 = 1
    // Refused only when the counter is full, and then the loop is about to wake anyway.
    _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
  }

  /// Forgets the calls to `wake()` so far.
  func reset() {
    var count: UInt64 = 0
    _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
  }
}
