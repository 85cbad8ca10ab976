/// How far a long command is.
public struct Progress: Sendable, Equatable {
  public enum Unit: String, Sendable {
    case steps
    case events
    case bytes
    case commands
  }

  public let unit: Unit
  /// Not a whole number inside a step.
  public let done: Double
  /// Of how many; 0 if nobody knows.
  public let total: Int

  init(_ done: Int, of total: Int = 0, _ unit: Unit = .steps) {
    self.init(Double(done), of: total, unit)
  }

  private init(_ done: Double, of total: Int, _ unit: Unit) {
    (self.unit, self.done, self.total) = (unit, done, total)
  }

  /// After some events of the next step; `count` is how many a step has, 0 if nobody knows.
  func inside(_ events: Int, of count: Int) -> Progress {
    if total <= 1 || count == 0 { return Progress(events, of: total <= 1 ? count : 0, .events) }
    return Progress(done + min(1, Double(events) / Double(count)), of: total, .steps)
  }

  /// `1200 of 100000 steps, 52000/s, 2 s left`, after some seconds; empty before there is anything to tell.
  public func text(seconds: Double) -> String {
    guard seconds > 0, done > 0 else { return "" }
    let rate = done / seconds
    // Nobody knows how long a run to a breakpoint takes.
    if total == 0 { return "\(amount(done)) \(name), \(amount(rate))/s" }
    let left = max(0, Double(total) - done) / rate
    let shownLeft = left >= 90 ? "\(Int(left / 60)) min" : "\(Int(left.rounded(.up))) s"
    return "\(amount(done)) of \(amount(Double(total))) \(name), \(amount(rate))/s, \(shownLeft) left"
  }

  private var name: String { unit == .bytes ? "MiB" : unit.rawValue }

  private func amount(_ count: Double) -> String {
    let count = unit == .bytes ? count / 1_048_576 : count
    let tenths = (count * 10).rounded(.down) / 10
    return count >= 10 || tenths == tenths.rounded() ? String(Int(count)) : String(tenths)
  }
}
