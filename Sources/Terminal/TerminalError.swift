/// Why the terminal interface cannot start.
public enum TerminalError: Error, Hashable, Sendable {
  /// Standard input or output is a file or a pipe.
  case notATerminal(stream: String)
  /// TERM is not set.
  case unnamedTerminal
  /// TERM names something that terminfo does not know.
  case unknownTerminal(name: String)
  /// The terminal cannot move its cursor.
  case dumbTerminal(name: String)
  /// ncurses refused to start on a terminal that terminfo knows.
  case cannotStart(name: String)
  /// The system refused something that every terminal program needs.
  case system(call: String, reason: String)
}

extension TerminalError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notATerminal(let stream):
      "\(stream) is not a terminal; use --batch to run without one"
    case .unnamedTerminal:
      "TERM is not set; set it to your terminal's name, for example xterm-256color, or use --batch"
    case .unknownTerminal(let name):
      "TERM is '\(name)', which terminfo does not know; try TERM=xterm-256color, or use --batch"
    case .dumbTerminal(let name):
      "TERM is '\(name)', a terminal that cannot move its cursor; "
        + "try TERM=xterm-256color, or use --batch"
    case .cannotStart(let name):
      "ncurses cannot start on a terminal of the kind '\(name)'; use --batch to run without it"
    case .system(let call, let reason):
      "\(call) failed: \(reason)"
    }
  }
}

extension TerminalError {
  /// The error for a call that has just failed and left its reason in `errno`.
  static func failed(_ call: String) -> TerminalError {
    .system(call: call, reason: SystemReason.latest)
  }
}
