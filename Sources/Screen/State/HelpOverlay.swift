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
