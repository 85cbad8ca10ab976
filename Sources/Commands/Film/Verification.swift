import Debugger

/// Compares the steps of a replay with those of the recording.
struct Verification: Sendable {
  let file: SessionFile
  private(set) var steps = 0
  private(set) var identical = 0
  private(set) var near = 0
  private(set) var different = 0
  /// Somebody did something else on the way: what follows is no replay any more.
  var isDiverted = false

  init(_ file: SessionFile) { self.file = file }

  /// Counts a step; true if there is a digest to compare it with.
  mutating func countStep() -> Bool {
    steps += 1
    return !isDiverted && file.digests[steps] != nil
  }

  /// The first digest that does not hold is returned.
  mutating func compare(_ found: StateDigest) -> ReplayReport.Difference? {
    guard let expected = file.digests[steps] else { return nil }
    if expected.hash == found.hash && expected.step == found.step {
      identical += 1
    } else if !file.isFromHere, expected.isNear(found) {
      near += 1
    } else {
      different += 1
      if different == 1 { return ReplayReport.Difference(expected: expected, found: found) }
    }
    return nil
  }
}

/// What a replay has come to.
public struct ReplayReport: Sendable {
  public struct Difference: Sendable {
    public let expected: StateDigest
    public let found: StateDigest
  }

  public let name: String
  public let commands: Int
  public let steps: Int
  /// Digests that were met to the bit, or within the tolerance, or not.
  public let identical: Int
  public let near: Int
  public let different: Int
  /// Digests of the recording that no step was taken for.
  public let missing: Int
  /// The first that was not met; nil in the report at the end.
  public let difference: Difference?
  /// Whether the recording has digests at all.
  public let isVerified: Bool
  public let isDiverted: Bool
  public let isOver: Bool

  public var holds: Bool { different == 0 && missing == 0 }
}
