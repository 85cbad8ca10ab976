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

/// How much the terminal can say with colours.
public enum ColorRange: Sendable {
  /// Shades of every colour.
  case shades
  /// Eight or sixteen colours: enough for a sign, not for a size.
  case few
  case none
}

/// A list of keys and what they do, laid over the screen.
public struct HelpOverlay: Sendable, Equatable {
  public struct Row: Sendable, Equatable {
    public let keys: String
    /// Without keys this is a heading.
    public let text: String

    public init(keys: String = "", text: String) {
      self.keys = keys
      self.text = text
    }
  }

  public let rows: [Row]
  /// The first row that is visible.
  public var scroll = 0

  public init(_ rows: [Row]) {
    self.rows = rows
  }
}
