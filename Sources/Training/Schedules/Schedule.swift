/// How the learning rate changes from step to step.
public protocol Schedule: Sendable {
  /// What the groups' own learning rates are multiplied with after `scheduler.step()` was called `steps` times.
  func factor(at steps: Int) -> Double
}

/// The numbers a schedule is made from, with transformers' and torch's names.
public struct ScheduleSettings: Sendable, Equatable {
  public var warmupSteps = 0
  public var totalSteps = 100
  public var stepSize = 10
  public var gamma = 0.1

  public init() {}

  /// Linear warm-up as in transformers: it begins at 0, so that the first step changes nothing. Nil afterwards.
  func warmup(at steps: Int) -> Double? {
    steps < warmupSteps ? Double(steps) / Double(max(1, warmupSteps)) : nil
  }

  /// How much of what comes after the warm-up is over: 0 at its beginning, 1 at `totalSteps`.
  func progress(at steps: Int) -> Double {
    Double(steps - warmupSteps) / Double(max(1, totalSteps - warmupSteps))
  }
}

/// A schedule that `set scheduler` knows. To add one: one file, and a line in `all`.
public struct ScheduleKind: Sendable {
  public let name: String
  /// What it is in torch or transformers.
  public let summary: String
  /// The call that makes it in torch or transformers, but for its last parenthesis; nil is no scheduler at all.
  public let torch: @Sendable (ScheduleSettings) -> String?
  public let make: @Sendable (ScheduleSettings) -> any Schedule

  public static let all: [ScheduleKind] = [.constant, .linear, .cosine, .step]
}
