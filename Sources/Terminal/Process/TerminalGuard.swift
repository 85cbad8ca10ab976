import CTerminal

/// Makes sure that the user gets the terminal back, whatever becomes of the program.
///
/// Install it before `CursesScreen`, so that ncurses finds the signals taken, and before any
/// other thread starts. It catches signals for the event loop, restores the terminal on a
/// crash or an `exit`, and keeps standard error off the screen until then.
@MainActor
public final class TerminalGuard {
  private var isHolding = true

  /// Takes over signals, crashes and (when it is a terminal) standard error.
  public init(capturingStandardError: Bool = true) throws(TerminalError) {
    _ = TerminalLocale.isUTF8
    guard terminal_guard_install() == 0 else { throw .failed("reading the terminal's modes") }
    guard terminal_signals_install() >= 0 else { throw .failed("catching signals") }
    guard !capturingStandardError || terminal_stderr_capture() == 0 else {
      throw .failed("keeping standard error off the screen")
    }
  }

  /// Gives everything back and replays standard error; close the screen first.
  public func giveBack() {
    guard isHolding else { return }
    isHolding = false
    terminal_guard_restore()
    terminal_signals_remove()
    terminal_guard_remove()
  }

  /// Lets a stack overflow on the calling thread be caught too; call it first thing on a thread.
  public nonisolated static func protectCurrentThread() {
    terminal_guard_protect_thread()
  }
}
