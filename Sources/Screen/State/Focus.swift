/// The part of the screen that the keys go to.
public enum Focus: Sendable, CaseIterable {
  case prompt, parameters, matrices, timeline, transcript

  /// The next one in the order of the screen, round and round.
  public func next(backwards: Bool = false) -> Focus {
    let all = Focus.allCases
    let place = (all.firstIndex(of: self) ?? 0) + (backwards ? all.count - 1 : 1)
    return all[place % all.count]
  }
}
