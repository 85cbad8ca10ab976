import Foundation
import TestSupport
import Testing

/// A shell in a real terminal emulator, with somebody at the keyboard. It waits for what it expects to
/// see instead of for a time.
final class Tmux {
  enum Failure: Error, CustomStringConvertible {
    case notThere(String)
    case neverSeen(String, screen: String)

    var description: String {
      switch self {
      case .notThere(let output): "tmux could not be started (apt-get install tmux): \(output)"
      case .neverSeen(let text, let screen): "never seen: \(text)\non the screen:\n\(screen)"
      }
    }
  }

  private let folder: TemporaryFolder
  private let socket: String

  /// Opens `sh` on a terminal of that size; `lorascope` in it is the program, and readline's settings are `inputrc`.
  init(columns: Int, rows: Int, terminal: String = "tmux-256color", inputrc: String = "") throws {
    folder = try TemporaryFolder()
    socket = folder.file("tmux")
    try folder.write("tmux.conf", "set -g default-terminal \(terminal)\nset -g escape-time 0\n")
    try folder.write("inputrc", inputrc)
    let shell = "env PS1='READY$ ' HISTFILE= bash --norc --noprofile"
    try tmux([
      "-u", "-f", folder.file("tmux.conf"), "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", shell,
    ])
    try wait(for: "READY$")
    try type("lorascope() { '\(Program.path)' --no-init \"$@\"; }; stty -a > '\(folder.file("before"))'; clear")
  }

  deinit { _ = try? tmux(["kill-server"]) }

  /// The terminal's modes are what they were before the program, and the shell has its screen back.
  func expectSaneTerminal(_ sourceLocation: SourceLocation = #_sourceLocation) throws {
    try type("clear; stty -a > '\(folder.file("after"))'; echo \"given\" back")
    try wait(for: "given back")
    let before = try String(contentsOfFile: folder.file("before"), encoding: .utf8)
    let after = try String(contentsOfFile: folder.file("after"), encoding: .utf8)
    // The size may have been changed on the way.
    func modes(_ text: String) -> String { text.replacing(/rows \d+; columns \d+;/, with: "") }
    #expect(modes(after) == modes(before), sourceLocation: sourceLocation)
    let flags = try tmux(["display-message", "-p", "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_flag}"])
    #expect(flags == "0 1 0 0\n", "alternate screen, cursor, mouse, keypad", sourceLocation: sourceLocation)
  }

  /// Quits the program; the shell must be back on a sane terminal.
  func quit(_ sourceLocation: SourceLocation = #_sourceLocation) throws {
    try type("quit")
    try wait(for: "READY$")
    try expectSaneTerminal(sourceLocation)
  }

  /// Types text and Enter.
  func type(_ text: String) throws {
    try tmux(["send-keys", "-l", text])
    try press("Enter")
  }

  /// Types text without Enter.
  func typePart(_ text: String) throws { try tmux(["send-keys", "-l", text]) }

  /// Keys by tmux's names, such as `C-c` or `Tab`.
  func press(_ keys: String...) throws { try tmux(["send-keys"] + keys) }

  /// What the terminal sends besides keys, byte for byte.
  func send(_ bytes: some Sequence<UInt8>) throws {
    try tmux(["send-keys", "-H"] + bytes.map { String($0, radix: 16) })
  }

  /// Puts a file into the user's home.
  func write(_ name: String, _ text: String) throws { try folder.write(name, text) }

  /// The column the cursor is in, from 0.
  func cursorColumn() throws -> Int? {
    Int(try tmux(["display-message", "-p", "#{cursor_x}"]).trimmingCharacters(in: .whitespacesAndNewlines))
  }

  func paste(_ text: String) throws {
    try tmux(["load-buffer", try folder.write("pasted", text)])
    try tmux(["paste-buffer", "-p"])
  }

  func resize(columns: Int, rows: Int) throws {
    try tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
  }

  var screen: String { (try? tmux(["capture-pane", "-p"])) ?? "" }

  /// Waits until all of these can be seen at once, and returns the screen.
  @discardableResult
  func wait(for texts: String...) throws -> String {
    try wait(describedAs: texts.joined(separator: " and ")) { screen in texts.allSatisfy { screen.contains($0) } }
  }

  @discardableResult
  func wait(describedAs what: String, until holds: (String) -> Bool) throws -> String {
    let end = ContinuousClock.now + .seconds(30)
    while true {
      let now = screen
      if holds(now) { return now }
      if ContinuousClock.now > end { throw Failure.neverSeen(what, screen: now) }
      usleep(20_000)
    }
  }

  /// The process of the program that runs in this terminal.
  func processID() throws -> Int32 {
    let shell = try tmux(["display-message", "-p", "#{pane_pid}"]).trimmingCharacters(in: .whitespacesAndNewlines)
    let children = try String(contentsOfFile: "/proc/\(shell)/task/\(shell)/children", encoding: .utf8)
    return try #require(children.split(separator: " ").compactMap { Int32($0) }.first)
  }

  @discardableResult
  private func tmux(_ arguments: [String]) throws -> String {
    var environment = ProcessInfo.processInfo.environment
    environment["TMUX"] = nil
    environment["LC_ALL"] = "C.UTF-8"
    environment["XDG_STATE_HOME"] = folder.path
    environment["INPUTRC"] = folder.file("inputrc")
    environment["HOME"] = folder.path
    let result = try Child(["tmux", "-S", socket] + arguments, environment: environment).wait()
    guard result.status == 0 else { throw Failure.notThere(result.errors) }
    return result.output
  }
}
