import CTerminal
import Glibc

/// Modes that ncurses knows nothing of: bracketed paste, and the mouse.
struct ScreenModes {
  let turnOn: [UInt8]
  let turnOff: [UInt8]

  /// For a terminal that would print the sequences instead of obeying them.
  static let none = ScreenModes(turnOn: [], turnOff: [])

  /// - Parameter mouse: whether clicks and the wheel are reported; that takes selecting text away.
  init(mouse: Bool) {
    let sequences = [2004] + (mouse ? [1000, 1006] : [])
    turnOn = sequences.flatMap { "\u{1B}[?\($0)h".utf8 }
    turnOff = sequences.reversed().flatMap { "\u{1B}[?\($0)l".utf8 }
  }

  private init(turnOn: [UInt8], turnOff: [UInt8]) {
    self.turnOn = turnOn
    self.turnOff = turnOff
  }

  /// Writes past ncurses, whose own output is complete after every refresh.
  static func send(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      // A terminal that has gone away takes nothing more.
      guard written > 0 else { return }
      rest = rest.dropFirst(written)
    }
  }
}
