import CTerminal
import Glibc

/// A signal that reached the process and waits to be answered by the event loop.
public enum Signal: Hashable, Sendable {
  /// Ctrl-C from elsewhere: `kill -INT`.
  case interrupt
  case terminate
  /// The terminal went away.
  case hangup
  case windowChanged
  /// The process was stopped and runs again.
  case continued
  /// Ctrl-Z from elsewhere: `kill -TSTP`.
  case suspend

  init?(number: Int32) {
    switch number {
    case SIGINT: self = .interrupt
    case SIGTERM: self = .terminate
    case SIGHUP: self = .hangup
    case SIGWINCH: self = .windowChanged
    case SIGCONT: self = .continued
    case SIGTSTP: self = .suspend
    default: return nil
    }
  }

  /// The exit status that a shell reports for a program ended by this signal.
  public var exitStatus: Int32 {
    switch self {
    case .interrupt: 128 + SIGINT
    case .terminate: 128 + SIGTERM
    case .hangup: 128 + SIGHUP
    case .windowChanged, .continued, .suspend: 0
    }
  }

  /// The signals that have arrived since the last call, each at most once, in order.
  static func arrived() -> [Signal] {
    var signals: [Signal] = []
    while true {
      let number = terminal_signals_next()
      if number == 0 { return signals }
      if let signal = Signal(number: number), !signals.contains(signal) { signals.append(signal) }
    }
  }
}
