/// How much the terminal can say with colours.
public enum ColorRange: Sendable {
  /// Shades of every colour.
  case shades
  /// Eight or sixteen colours: enough for a sign, not for a size.
  case few
  case none
}
