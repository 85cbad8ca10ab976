import Foundation
import TestSupport
import Testing

@Suite("A killed program")
struct RecoveryTests {
  /// What is typed: after line N the learning rate is 0.N, and N files say so.
  private static let lines = (1...40).map { number in
    let acts = ["step", "event 7", "back", "lr 0.01; step 2", "hook 0.lora_A", "step 3; back 2"]
    return acts[number % acts.count]
  }

  private func environment(_ folder: TemporaryFolder) -> [String: String] {
    [
      "PATH": "/usr/bin:/bin", "HOME": folder.path, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8",
      "XDG_STATE_HOME": folder.file("state"), "INPUTRC": "/dev/null",
    ]
  }

  /// What is brought back, as commands.
  private func recovered(_ folder: TemporaryFolder) throws -> [String] {
    let path = folder.file("recovered.session")
    let result = try Program.run(
      ["--no-init", "--batch", "-e", "recover; save \(path)"], environment: environment(folder))
    guard result.status == 0 else {
      #expect(result.errors.contains("nothing to recover"), "\(result.errors)")
      return []
    }
    let text = try String(contentsOfFile: path, encoding: .utf8)
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
  }

  /// The commands of the typed lines, one by one, as the session keeps them.
  private static let commands: [String] =
    ["model linear 6 5", "hook all"]
    + lines.enumerated().flatMap { number, line in
      line.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) } + ["say \"line \(number)\""]
    }

  @Test("kill -9 at any of two hundred moments loses nothing that was accepted", arguments: 0..<8)
  func killed(part: Int) throws {
    var random = SplitMix64(seed: 77, stream: part)
    var counts: [Int] = []
    for _ in 0..<25 {
      let folder = try TemporaryFolder()
      let terminal = try PseudoTerminal(
        [Program.path, "--no-init", "-e", "model linear 6 5; hook all"], environment: environment(folder))
      var accepted = 0
      let end = ContinuousClock.now + .milliseconds(20 + random.below(400))
      for (number, line) in Self.lines.enumerated() {
        // The file says that the line before was run: it must come back.
        terminal.type("\(line); say \"line \(number)\"; save weights \(folder.file("\(number).safetensors"))\r")
        usleep(UInt32(random.below(12_000)))
        if ContinuousClock.now > end { break }
      }
      terminal.drain()
      terminal.kill()
      for number in Self.lines.indices
      where FileManager.default.fileExists(atPath: folder.file("\(number).safetensors")) { accepted = number + 1 }
      let found = try recovered(folder).filter { !$0.hasPrefix("save ") }
      // Nothing that was not typed, in the order in which it was typed, and all that was accepted.
      #expect(found == Array(Self.commands.prefix(found.count)), "\(found)")
      if accepted > 0 { #expect(found.contains("say \"line \(accepted - 1)\""), "\(accepted) lines, but \(found)") }
      counts.append(found.count)
    }
    // Some were killed early, some late.
    #expect(Set(counts).count > 5, "\(counts)")
  }

  @Test("names of files in a journal are those of the folder it was written in")
  func relativeNames() throws {
    let folder = try TemporaryFolder()
    try folder.write("s.session", "model linear 6 5\nstep 2\n")
    let journals = folder.file("state/lorascope/journal")
    try FileManager.default.createDirectory(atPath: journals, withIntermediateDirectories: true)
    let text = "d\(folder.path)\n?source s.session\n*\n"
    try text.write(toFile: journals + "/5-1-0.journal", atomically: true, encoding: .utf8)
    let result = try Program.run(
      ["--no-init", "--batch", "-e", "recover; print step"], environment: environment(folder))
    #expect(result.output.contains("step = 2"), "\(result.output)\(result.errors)")
  }

  @Test("the next start offers what was left behind, and recover brings it to the screen")
  func offered() throws {
    let tmux = try Tmux(columns: 100, rows: 30)
    try tmux.type("lorascope -e 'model linear 6 5; hook all'")
    try tmux.wait(for: "hook 1: tensor")
    try tmux.type("step 3; lr 0.25")
    try tmux.type("step 1000000000")
    try tmux.wait(for: "of 1000000000")
    try tmux.press("C-c")
    try tmux.wait(for: "interrupted")
    try tmux.type("print lr")
    try tmux.wait(for: "lr = 0.25")
    kill(try tmux.processID(), SIGKILL)
    try tmux.wait(for: "Killed")
    try tmux.type("reset; clear; lorascope")
    try tmux.wait(for: "was not ended", "'recover' brings it back")
    try tmux.type("recover")
    try tmux.wait(for: "brought back", "now 0.25")
    try tmux.type("print lr")
    try tmux.wait(for: "lr = 0.25")
    try tmux.type("quit")
    try tmux.wait(for: "READY$")
    try tmux.type("clear; lorascope")
    // Nothing is left: the tour opens.
    try tmux.wait(for: "A user trained LoRA with SGD")
  }

  @Test("a journal that cannot grow is told of once, everything goes on, and what it has is brought back")
  func full() throws {
    let tmux = try Tmux(columns: 100, rows: 180)
    // No file may be longer than a kilobyte, as on a full disk.
    try tmux.type("trap '' XFSZ; ulimit -S -f 1; lorascope -e 'model linear 6 5; hook all'")
    try tmux.wait(for: "hook 1: tensor")
    for number in 1...14 { try tmux.type("step \(number); say \(String(repeating: "a", count: 30))") }
    try tmux.wait(for: "step 105")
    try tmux.wait(describedAs: "one warning") { $0.components(separatedBy: "the journal has ended").count == 2 }
    kill(try tmux.processID(), SIGKILL)
    try tmux.wait(for: "Killed")
    try tmux.type("ulimit -S -f unlimited; reset; clear; lorascope")
    try tmux.wait(for: "was not ended")
    try tmux.type("recover")
    // Whole lines of it, and then nothing.
    let sums = (1...13).map { $0 * ($0 + 1) / 2 }
    try tmux.wait(describedAs: "some steps") { screen in
      screen.contains("brought back") && sums.contains { screen.contains("after step \($0)") }
    }
  }
}
