/// The losses of a branch's steps, few enough to keep: every step's at first, then every second, fourth, ... one.
public struct LossCurve: Sendable {
  private static let limit = 2048

  /// NaN where a step had none.
  private var losses: [Double] = []
  /// Steps from one to the next.
  private(set) var interval = 1

  mutating func append(_ loss: Double?, at index: Int) {
    guard index % interval == 0 else { return }
    losses.append(loss ?? .nan)
    guard losses.count > LossCurve.limit else { return }
    interval *= 2
    losses = losses.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
  }

  /// Those of a branch's first `count` steps.
  func prefix(_ count: Int) -> LossCurve {
    var part = self
    part.losses = Array(losses.prefix((count + interval - 1) / interval))
    return part
  }

  /// Each loss with the number of the step it belongs to, counted from 1 at the branch's base.
  public var points: [(step: Int, loss: Double)] {
    losses.enumerated().map { ($0.offset * interval + 1, $0.element) }
  }
}
