/// A key, or a mouse action, that the application answers itself instead of the prompt.
public enum Key: Hashable, Sendable {
  case pageUp
  case pageDown
  /// An arrow; those without Shift or Ctrl belong to the prompt while it has the focus, and so does the rest
  /// from here to `character`.
  case arrow(Direction, Modifiers)
  case home
  case end
  case enter
  case escape
  case tab
  case backspace
  /// Anything printable.
  case character(Character)
  /// F1 to F12.
  case function(Int, Modifiers)
  case mouse(Mouse)
  /// Ctrl-C.
  case interrupt
  /// Ctrl-Z.
  case suspend
  /// Ctrl-L.
  case redraw
}

extension Key {
  /// Where an arrow key points.
  public enum Direction: Hashable, Sendable {
    case up, down, left, right
  }

  /// The keys held down together with another.
  public struct Modifiers: OptionSet, Hashable, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) {
      self.rawValue = rawValue
    }

    public static let shift = Modifiers(rawValue: 1)
    public static let alt = Modifiers(rawValue: 2)
    public static let control = Modifiers(rawValue: 4)
  }

  /// What the mouse did, in cells counted from 0 at the top left.
  public struct Mouse: Hashable, Sendable {
    public enum Action: Hashable, Sendable {
      case press(button: Int)
      case release
      case drag
      case wheelUp
      case wheelDown
    }

    public var action: Action
    public var column: Int
    public var row: Int
    public var modifiers: Modifiers

    public init(action: Action, column: Int, row: Int, modifiers: Modifiers = []) {
      self.action = action
      self.column = column
      self.row = row
      self.modifiers = modifiers
    }
  }
}
