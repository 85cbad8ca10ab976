/// Which escape sequences are keys of the application.
///
/// Terminals disagree, so every spelling in use is listed: xterm and its many children,
/// the Linux console, and rxvt.
enum KeyTable {
  /// The key for `ESC [ ...`, or nil when the sequence belongs to the line editor.
  static func key(for sequence: ControlSequence) -> Key? {
    if sequence.privateMark != nil { return MouseReport.key(for: sequence) }
    switch sequence.final {
    case UInt8(ascii: "~"), UInt8(ascii: "^"), UInt8(ascii: "$"), UInt8(ascii: "@"):
      return numbered(sequence)
    case UInt8(ascii: "A")...UInt8(ascii: "D"):
      guard let direction = direction(sequence.final) else { return nil }
      let modifiers = sequence.modifiers
      guard !modifiers.isDisjoint(with: [.shift, .control]) else { return nil }
      return .arrow(direction, modifiers)
    case UInt8(ascii: "a")...UInt8(ascii: "d") where sequence.parameters.isEmpty:
      return direction(sequence.final - 0x20).map { .arrow($0, .shift) }
    case UInt8(ascii: "P")...UInt8(ascii: "S") where sequence.intermediates.isEmpty:
      return .function(Int(sequence.final - UInt8(ascii: "P")) + 1, sequence.modifiers)
    default:
      return nil
    }
  }

  /// The key for `ESC O final`.
  static func applicationKey(_ final: UInt8) -> Key? {
    switch final {
    case UInt8(ascii: "P")...UInt8(ascii: "S"): .function(Int(final - UInt8(ascii: "P")) + 1, [])
    case UInt8(ascii: "a")...UInt8(ascii: "d"): direction(final - 0x20).map { .arrow($0, .control) }
    default: nil
    }
  }

  /// The key for the Linux console's `ESC [ [ final`.
  static func consoleKey(_ final: UInt8) -> Key? {
    guard (UInt8(ascii: "A")...UInt8(ascii: "E")).contains(final) else { return nil }
    return .function(Int(final - UInt8(ascii: "A")) + 1, [])
  }

  /// The key for a control character.
  static func controlKey(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x03: .interrupt
    case 0x0C: .redraw
    case 0x1A: .suspend
    default: nil
    }
  }

  private static func numbered(_ sequence: ControlSequence) -> Key? {
    switch sequence.parameter(0) {
    case 5: .pageUp
    case 6: .pageDown
    case let number?: functionKeys[number].map { .function($0, sequence.modifiers) }
    case nil: nil
    }
  }

  /// The numbers have gaps where DEC's keyboard had gaps between its keys.
  private static let functionKeys = [
    11: 1, 12: 2, 13: 3, 14: 4, 15: 5, 17: 6, 18: 7, 19: 8, 20: 9, 21: 10, 23: 11, 24: 12,
  ]

  private static func direction(_ final: UInt8) -> Key.Direction? {
    switch final {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): .right
    case UInt8(ascii: "D"): .left
    default: nil
    }
  }
}
