/// A line about a long command at the bottom of a terminal that a batch run writes to. It is written over by the next
/// one, and is gone before anything else is said.
final class ProgressLine {
  private let write: (String) -> Void
  private let clock = ContinuousClock()
  private var start: ContinuousClock.Instant
  private var last: ContinuousClock.Instant
  private var isShown = false

  /// Commands that are over sooner show nothing.
  private static let interval = Duration.milliseconds(200)
  private static let erase = "\r\u{1B}[K"

  init(write: @escaping (String) -> Void) {
    self.write = write
    start = clock.now
    last = start
  }

  /// A new command begins.
  func restart() {
    clear()
    start = clock.now
    last = start
  }

  func show(_ progress: Progress) {
    let now = clock.now
    guard now - last >= ProgressLine.interval else { return }
    last = now
    write(ProgressLine.erase + progress.text(seconds: (now - start) / .seconds(1)))
    isShown = true
  }

  func clear() {
    if isShown { write(ProgressLine.erase) }
    isShown = false
  }
}
