/// How far a long command is.
public struct Progress: Sendable, Equatable {
  public enum Unit: String, Sendable {
    case steps
    case bytes
  }

  public let unit: Unit
  public let done: Int
  /// Of how many; 0 if nobody knows.
  public let total: Int

  init(_ done: Int, of total: Int = 0, _ unit: Unit = .steps) {
    (self.unit, self.done, self.total) = (unit, done, total)
  }

  /// `1200 of 100000, 52000/s, 2 s left`, after some seconds; empty before there is anything to tell.
  public func text(seconds: Double) -> String {
    guard seconds > 0, done > 0 else { return "" }
    let rate = Double(done) / seconds
    // Nobody knows how long a run to a breakpoint takes.
    if total == 0 { return "\(amount(done)) \(unit.rawValue), \(shown(rate))/s" }
    let left = Double(total - done) / rate
    let shownLeft = left >= 90 ? "\(Int(left / 60)) min" : "\(Int(left.rounded(.up))) s"
    return "\(amount(done)) of \(amount(total)), \(shown(rate))/s, \(shownLeft) left"
  }

  private func amount(_ count: Int) -> String { unit == .bytes ? "\(count >> 20) MiB" : String(count) }

  private func shown(_ rate: Double) -> String {
    if unit == .bytes { return "\(Int(rate) >> 20) MiB" }
    return rate >= 10 ? String(Int(rate)) : String(Double(Int(rate * 10)) / 10)
  }
}
