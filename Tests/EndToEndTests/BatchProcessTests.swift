import Foundation
import TestSupport
import Testing

@Suite("The program without a terminal")
struct BatchProcessTests {
  @Test("standard input is a script, and only errors reach standard error")
  func standardInput() throws {
    let result = try Program.run(
      ["--batch", "-"], input: "model linear 6 5\nhook all\nstep\n\nexpect c(0.lora_B) ~= 1 within 1e-4\n")
    #expect(result.status == 0 && result.errors == "")
    #expect(result.output.contains("step 1  loss ") && result.output.hasSuffix("within 1e-4\n"))
  }

  @Test("an error in standard input is named by its line and column, with status 2")
  func failure() throws {
    let result = try Program.run(["--batch", "-"], input: "model linear 6 5\nstpe 3\nsay never\n")
    #expect(result.status == 2 && result.output == "")
    #expect(
      result.errors == "<stdin>:2:1: error: unknown command 'stpe'; did you mean 'step'?\n  stpe 3\n  ^~~~\n")
  }

  @Test("an expectation that fails gives status 1")
  func expectation() throws {
    #expect(try Program.run(["--batch", "-e", "expect 1 == 2"]).status == 1)
  }

  @Test("Ctrl-C gives status 130 soon after")
  func interrupt() throws {
    let start = ContinuousClock.now
    let program = try Program.start(["--batch", "-e", "model linear 6 5; step 1000000000"])
    try waitUntilBusy(program)
    kill(program.processID, SIGINT)
    let result = try program.wait()
    #expect(result.status == 130)
    #expect(ContinuousClock.now - start < .seconds(60))
  }

  @Test("Ctrl-C while standard input is waited for gives status 130 too")
  func interruptWhileReading() throws {
    let folder = try TemporaryFolder()
    let script = """
      cd '\(folder.path)'; mkfifo pipe; exec 3<>pipe; echo 'say ready' >&3
      lorascope --batch - <pipe & echo $!; wait $!; echo status $?
      """
    let shell = try Program.startShell(script)
    let output = try shell.waitForOutput { $0.contains("ready") }
    let program = try #require(output.split(separator: "\n").lazy.compactMap { Int32($0) }.first)
    kill(program, SIGINT)
    #expect(try shell.wait().output.contains("status 130"))
  }

  @Test("output that cannot be written is an error")
  func fullDisk() throws {
    let result = try Program.startShell("lorascope --batch -e 'say hello' > /dev/full").wait()
    #expect(result.status == 2)
    #expect(result.errors == "lorascope: cannot write the output: No space left on device\n")
  }

  @Test("pipes and devices are read like files")
  func specialFiles() throws {
    #expect(try Program.run(["--batch", "/dev/null"]).status == 0)
    #expect(try Program.startShell("lorascope --batch <(echo 'say hello')").wait().output == "hello\n")
  }

  /// Waits until the process has used some processor time, so that it has begun its work.
  private func waitUntilBusy(_ program: Child) throws {
    for _ in 0..<600 {
      let stat = (try? String(contentsOfFile: "/proc/\(program.processID)/stat", encoding: .utf8)) ?? ""
      let fields = stat.split(separator: " ")
      if fields.count > 13, (Int(fields[13]) ?? 0) > 30 { return }
      usleep(50_000)
    }
    Issue.record("the program did not start its work")
  }

  @Test("help and version, colours only when asked for, NO_COLOR")
  func options() throws {
    #expect(try Program.run(["--help"]).output.hasPrefix("lorascope: a debugger for the optimization step"))
    #expect(try Program.run(["--version"]).output.hasPrefix("lorascope "))
    let plain = try Program.run(["--batch", "-e", "expect 1 == 1"])
    #expect(plain.output == "ok  1 == 1\n")
    let colored = try Program.run(["--batch", "--color", "always", "-e", "expect 1 == 1"])
    #expect(colored.output == "\u{1B}[32mok\u{1B}[0m  1 == 1\n")
    let wrong = try Program.run(["--bach"])
    #expect(wrong.status == 2 && wrong.errors.contains("did you mean '--batch'?"))
  }

  @Test("the init file is read, and --no-init leaves it out")
  func initFile() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.file("lorascope"), withIntermediateDirectories: true)
    try folder.write("lorascope/init", "set lr 7\n")
    let environment = ["XDG_CONFIG_HOME": folder.path]
    #expect(try Program.run(["--batch", "-e", "expect lr == 7"], environment: environment).status == 0)
    #expect(try Program.run(["--batch", "--no-init", "-e", "expect lr == 7"], environment: environment).status == 1)
  }

  @Test("without a terminal the interface refuses, and says what to do")
  func noTerminal() throws {
    let result = try Program.run([], environment: ["TERM": "xterm-256color"])
    #expect(result.status == 2 && result.output == "")
    #expect(result.errors.hasPrefix("lorascope: ") && result.errors.contains("--batch"))
  }

  @Test("a reader that goes away ends the program quietly")
  func closedPipe() throws {
    let result = try Program.startShell("lorascope --batch -e 'help; help step; help hook' | head -1").wait()
    #expect(result.status == 0 && result.errors == "" && result.output.split(separator: "\n").count == 1)
  }
}
