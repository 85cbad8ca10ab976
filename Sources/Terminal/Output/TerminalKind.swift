import CNcurses
import CTerminal
import Glibc

/// What terminfo says about the terminal, checked before ncurses starts.
@MainActor
enum TerminalKind {
  /// The terminfo name to start ncurses with.
  static func name() throws(TerminalError) -> String {
    guard isatty(STDIN_FILENO) == 1 else { throw .notATerminal(stream: "standard input") }
    guard isatty(STDOUT_FILENO) == 1 else { throw .notATerminal(stream: "standard output") }
    guard let name = Environment["TERM"] else { throw .unnamedTerminal }
    let names = ColorDepth.terminalNames(for: name, colorTerm: Environment["COLORTERM"])
    guard let known = names.first(where: { curses_terminal_status($0) == 1 }) else {
      // The generic entries, which cannot move the cursor either, are reported as unknown.
      throw name == "dumb" ? .dumbTerminal(name: name) : .unknownTerminal(name: name)
    }
    defer { curses_forget_terminal() }
    guard curses_capability("cup") != nil else { throw .dumbTerminal(name: name) }
    return known
  }

  /// Whether the terminal speaks like ECMA-48, so that unknown modes do no harm.
  static var isStandard: Bool {
    capability("cup")?.starts(with: [0x1B, UInt8(ascii: "[")]) ?? false
  }

  /// Whether what was on the screen before comes back when ncurses leaves.
  static var hasAlternateScreen: Bool { capability("rmcup") != nil }

  /// The bytes that give the screen back after a crash; see `ScreenModes` for the others.
  static var resetBytes: [UInt8] {
    let names = ["sgr0", "op", "rmcup", "cnorm"]
    var bytes = names.compactMap(capability).flatMap(\.self)
    // Without an alternate screen the shell's prompt must not land in the middle of ours.
    if !hasAlternateScreen { bytes += Array("\r\n".utf8) }
    return bytes
  }

  private static func capability(_ name: String) -> [UInt8]? {
    curses_capability(name).map { withoutPadding(Array(String(cString: $0).utf8)) }
  }

  /// Takes out terminfo's notes on waiting, such as `$<2/>`, which are not for the terminal.
  nonisolated static func withoutPadding(_ capability: [UInt8]) -> [UInt8] {
    var kept: [UInt8] = []
    var rest = capability[...]
    while let byte = rest.first {
      if rest.starts(with: "$<".utf8), let end = rest.firstIndex(of: UInt8(ascii: ">")) {
        rest = rest[(end + 1)...]
      } else {
        kept.append(byte)
        rest = rest.dropFirst()
      }
    }
    return kept
  }
}
