import Foundation
import TestSupport

/// A process of its own: Foundation's waits for everything that inherited a descriptor of it, a tmux
/// server too, and hands on the signals that a test's thread keeps blocked.
final class Child {
  struct Result {
    let status: Int32
    let output: String
    let errors: String
  }

  enum Failure: Error {
    case cannotStart(String, Int32)
    case neverEnded(String)
  }

  let processID: pid_t
  private let folder: TemporaryFolder
  private let name: String

  init(_ arguments: [String], input: String = "", environment: [String: String]) throws {
    folder = try TemporaryFolder()
    name = arguments.joined(separator: " ")
    try folder.write("input", input)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, 0, folder.file("input"), O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, folder.file("output"), O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, folder.file("errors"), O_WRONLY | O_CREAT, 0o600)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let (id, code) = spawn(arguments, environment, &actions, &attributes)
    guard code == 0 else { throw Failure.cannotStart(arguments[0], code) }
    processID = id
  }

  /// What it has written so far, as soon as that is enough.
  func waitForOutput(_ isEnough: (String) -> Bool) throws -> String {
    let end = ContinuousClock.now + .seconds(60)
    while true {
      let output = (try? String(contentsOfFile: folder.file("output"), encoding: .utf8)) ?? ""
      if isEnough(output) { return output }
      if ContinuousClock.now > end { throw Failure.neverEnded(name) }
      usleep(10_000)
    }
  }

  /// Waits for its end, two minutes at most.
  func wait() throws -> Result {
    let end = ContinuousClock.now + .seconds(120)
    var status: Int32 = 0
    while waitpid(processID, &status, WNOHANG) == 0 {
      if ContinuousClock.now > end {
        kill(processID, SIGKILL)
        waitpid(processID, &status, 0)
        throw Failure.neverEnded(name)
      }
      usleep(2000)
    }
    let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    return Result(
      status: code, output: try String(contentsOfFile: folder.file("output"), encoding: .utf8),
      errors: try String(contentsOfFile: folder.file("errors"), encoding: .utf8))
  }
}
