import CTerminal
import Glibc

/// Something the main thread has to answer.
public enum TerminalEvent: Hashable, Sendable {
  case signal(Signal)
  case input([InputEvent])
  /// A `Waker` was used.
  case woken
  /// The time given to `wait` has passed.
  case timeout
  /// The terminal has hung up; nothing more will be typed. Reported once.
  case endOfInput
}

/// Waits for keys, signals and other threads with a single `poll`.
///
/// It is synchronous on purpose: after an `await` the main actor may run on another thread,
/// and neither ncurses nor readline survives that.
@MainActor
public final class EventLoop {
  private let waker: Waker
  private var decoder = InputDecoder()
  /// When unfinished input is given up as it is.
  private var inputDeadline: ContinuousClock.Instant?
  private var inputHasEnded = false
  private let clock = ContinuousClock()

  public init(waker: Waker) {
    self.waker = waker
  }

  /// Waits until something happens, at most that long; never returns an empty array.
  ///
  /// - Parameter milliseconds: nil waits for ever, 0 only looks.
  public func wait(milliseconds: Int? = nil) -> [TerminalEvent] {
    let end = milliseconds.map { clock.now + .milliseconds($0) }
    while true {
      let events = pollOnce(until: [end, inputDeadline].compactMap(\.self).min())
      if !events.isEmpty { return events }
      if let end, clock.now >= end { return [.timeout] }
    }
  }

  private func pollOnce(until deadline: ContinuousClock.Instant?) -> [TerminalEvent] {
    // poll() leaves out descriptors below 0.
    var keyboard = pollfd(fd: inputHasEnded ? -1 : STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    var signals = pollfd(fd: terminal_signals_descriptor(), events: Int16(POLLIN), revents: 0)
    var wakes = pollfd(fd: waker.descriptor, events: Int16(POLLIN), revents: 0)
    poll(&keyboard, &signals, &wakes, until: deadline)

    var events: [TerminalEvent] = []
    if signals.revents != 0 { events += Signal.arrived().map(TerminalEvent.signal) }
    if keyboard.revents != 0 { events += readKeyboard() } else { events += expireInput() }
    if wakes.revents != 0 {
      waker.reset()
      events.append(.woken)
    }
    return events
  }

  private func poll(
    _ first: inout pollfd, _ second: inout pollfd, _ third: inout pollfd,
    until deadline: ContinuousClock.Instant?
  ) {
    var all = [first, second, third]
    let ready = Glibc.poll(&all, nfds_t(all.count), Self.pollTimeout(until: deadline, now: clock.now))
    // A signal interrupts poll(); its byte is found on the next round.
    guard ready > 0 else { return }
    (first, second, third) = (all[0], all[1], all[2])
  }

  /// Rounds up, so that the deadline has passed when `poll` returns.
  private static func pollTimeout(
    until deadline: ContinuousClock.Instant?, now: ContinuousClock.Instant
  ) -> Int32 {
    guard let deadline else { return -1 }
    let left = (deadline - now) / .milliseconds(1)
    return Int32(min(max(0, left.rounded(.up)), 1_000_000_000))
  }

  private func readKeyboard() -> [TerminalEvent] {
    var buffer = [UInt8](repeating: 0, count: 16 * 1024)
    let count = read(STDIN_FILENO, &buffer, buffer.count)
    if count > 0 {
      let events = decoder.decode(buffer.prefix(count))
      inputDeadline = decoder.patience.map { clock.now + $0 }
      return events.isEmpty ? [] : [.input(events)]
    }
    if count < 0, errno == EINTR || errno == EAGAIN { return [] }
    inputHasEnded = true
    return [.endOfInput]
  }

  private func expireInput() -> [TerminalEvent] {
    guard let deadline = inputDeadline, clock.now >= deadline else { return [] }
    inputDeadline = nil
    let events = decoder.flush()
    return events.isEmpty ? [] : [.input(events)]
  }
}
