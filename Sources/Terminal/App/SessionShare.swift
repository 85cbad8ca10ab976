/// How much of the time may go into showing what a running command is doing: a large model's matrices take long to
/// look through, and a run must not wait for them, nor the keys.
struct SessionShare {
  /// When the session on the screen was replaced last, and how long it took to show it.
  private var shown: (at: ContinuousClock.Instant, cost: Duration)?
  private var begun: ContinuousClock.Instant?

  /// What takes no longer is shown every time, anything else in a tenth of the time at most: twenty frames a second.
  private static let cheap = Duration.milliseconds(20)
  private static let share = 10

  /// Whether a newer session may be shown now.
  func allows(_ now: ContinuousClock.Instant) -> Bool {
    guard let shown, shown.cost > SessionShare.cheap else { return true }
    return now - shown.at >= shown.cost * SessionShare.share
  }

  mutating func begin(_ now: ContinuousClock.Instant) { begun = begun ?? now }

  /// It is on the screen.
  mutating func end(_ now: ContinuousClock.Instant) {
    guard let begun else { return }
    shown = (now, now - begun)
    self.begun = nil
  }
}
