/// Mouse reports, as terminals send them when asked with modes 1000 and 1006.
enum MouseReport {
  /// The report `ESC [ < code ; column ; row M`, or `m` for a release.
  static func key(for sequence: ControlSequence) -> Key? {
    guard sequence.privateMark == UInt8(ascii: "<"), sequence.parameters.count == 3,
      let code = sequence.parameter(0), let column = sequence.parameter(1), let row = sequence.parameter(2)
    else { return nil }
    switch sequence.final {
    case UInt8(ascii: "M"): return key(code: code, column: column, row: row, isRelease: false)
    case UInt8(ascii: "m"): return key(code: code, column: column, row: row, isRelease: true)
    default: return nil
    }
  }

  /// The old report `ESC [ M` with three bytes, from terminals that do not know mode 1006.
  static func oldKey(code: UInt8, column: UInt8, row: UInt8) -> Key {
    let code = Int(code) - 32
    return key(code: code, column: Int(column) - 32, row: Int(row) - 32, isRelease: code & 0x43 == 3)
  }

  private static func key(code: Int, column: Int, row: Int, isRelease: Bool) -> Key {
    var modifiers: Key.Modifiers = []
    if code & 4 != 0 { modifiers.insert(.shift) }
    if code & 8 != 0 { modifiers.insert(.alt) }
    if code & 16 != 0 { modifiers.insert(.control) }
    // Reports count from 1.
    return .mouse(
      Key.Mouse(
        action: action(code: code, isRelease: isRelease), column: max(0, column - 1), row: max(0, row - 1),
        modifiers: modifiers))
  }

  private static func action(code: Int, isRelease: Bool) -> Key.Mouse.Action {
    if isRelease { return .release }
    if code & 64 != 0 { return code & 1 == 0 ? .wheelUp : .wheelDown }
    if code & 32 != 0 { return .drag }
    return .press(button: code & 3 + 1)
  }
}
