/// What the user did at the keyboard or with the mouse.
public enum InputEvent: Hashable, Sendable {
  /// Bytes for the line editor: whole UTF-8 characters, or one whole escape sequence.
  case bytes([UInt8])
  /// A key for the application.
  case key(Key)
  /// Pasted text; it is never a command to the line editor.
  case paste([UInt8])
}
