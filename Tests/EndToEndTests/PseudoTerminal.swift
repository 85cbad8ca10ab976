import Foundation

/// A program on a terminal of its own, without an emulator: it can be started and killed hundreds of times.
/// What it paints is thrown away.
final class PseudoTerminal {
  enum Failure: Error {
    case cannotOpen(Int32)
    case cannotStart(Int32)
  }

  // Linux's TIOCSPTLCK and TIOCGPTN, and glibc's POSIX_SPAWN_SETSID, which Swift does not import.
  private static let setLock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430
  private static let newSession: Int16 = 0x80

  let processID: pid_t
  private let controller: Int32

  init(_ arguments: [String], environment: [String: String]) throws {
    let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure.cannotOpen(errno) }
    var (locked, number): (Int32, Int32) = (0, 0)
    guard ioctl(descriptor, Self.setLock, &locked) == 0, ioctl(descriptor, Self.getNumber, &number) == 0 else {
      throw Failure.cannotOpen(errno)
    }
    let name = "/dev/pts/\(number)"
    var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    controller = descriptor
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    // The first terminal that a new session opens is its own.
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    posix_spawnattr_setflags(&attributes, Self.newSession)
    let (id, code) = spawn(arguments, environment, &actions, &attributes)
    guard code == 0 else {
      close(descriptor)
      throw Failure.cannotStart(code)
    }
    processID = id
  }

  deinit {
    kill()
    close(controller)
  }

  func type(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(controller, $0.baseAddress, $0.count) }
      rest = rest.dropFirst(max(0, written))
      drain()
    }
  }

  /// Reads what was painted, so that the program does not wait for a reader.
  func drain() {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while read(controller, &buffer, buffer.count) > 0 {}
  }

  private var isOver = false

  /// kill -9, and waits until it is gone.
  func kill() {
    guard !isOver else { return }
    isOver = true
    Glibc.kill(processID, SIGKILL)
    var status: Int32 = 0
    waitpid(processID, &status, 0)
  }
}
