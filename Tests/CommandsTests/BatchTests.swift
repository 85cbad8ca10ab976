import Commands
import Foundation
import TestSupport
import Testing

@Suite("Batch runs")
struct BatchTests {
  private struct Result {
    var status: BatchRun.Status
    var output: [String] = []
    var errors: [String] = []
  }

  private final class Lines: @unchecked Sendable {
    var all: [String] = []
  }

  private func run(_ arguments: String..., initFile: String? = nil) throws -> Result {
    let (output, errors) = (Lines(), Lines())
    let run = BatchRun(
      try Options(["--batch"] + arguments), outputColor: false, errorColor: false, output: { output.all.append($0) },
      errors: { errors.all.append($0) })
    let status = run.run(initFile: initFile)
    return Result(status: status, output: output.all, errors: errors.all)
  }

  @Test("0: all went well")
  func success() throws {
    let result = try run("-e", "model linear 6 5; hook all; step 2; expect c(0.lora_B) ~= 1 within 1e-4")
    #expect(result.status == .success && result.errors.isEmpty)
    #expect(result.output.last == "ok  c(0.lora_B) ~= 1 within 1e-4")
  }

  @Test("1: an expectation failed; the script goes on and the sides are shown")
  func failedExpectation() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("a.session", "expect 1 + 1 == 3\nsay still here\n")
    let result = try run(file)
    #expect(result.status == .expectationFailed)
    #expect(result.output.first == "\(file):1: FAILED  1 + 1 == 3\n        left  2\n        right 3")
    #expect(result.output.last == "still here")
  }

  @Test("2: a command failed; nothing after it is run, and the place is underlined")
  func failedCommand() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("a.session", "# a comment\n\nmodel linear 6 5; set lr\tquick\nsay never\n")
    let result = try run(file)
    #expect(result.status == .failed && result.output.isEmpty)
    #expect(
      result.errors == [
        """
        \(file):3:26: error: lr needs a number, not 'quick'
          model linear 6 5; set lr quick
                                   ^~~~~
        """
      ])
  }

  @Test("2: a failed command outweighs a failed expectation, and stops the files that follow")
  func order() throws {
    let folder = try TemporaryFolder()
    let first = try folder.write("1.session", "expect 1 == 2\nnonsense\n")
    let second = try folder.write("2.session", "say second\n")
    #expect(try run(first, second).status == .failed)
    #expect(try run(second, first).output.first == "second")
  }

  @Test("every script starts from what the init file and -e left")
  func separateScripts() throws {
    let folder = try TemporaryFolder()
    let start = try folder.write("init", "set lr 3\n")
    let first = try folder.write("1.session", "expect lr == 3\nset lr 4\nmodel linear 6 5\nstep\nexpect step == 1\n")
    let second = try folder.write("2.session", "expect lr == 3\nmodel linear 6 5\nexpect step == 0\n")
    let result = try run(first, second, initFile: start)
    #expect(result.status == .success, "\(result.output)")
  }

  @Test("quit ends a script, not the run")
  func quitting() throws {
    let folder = try TemporaryFolder()
    let first = try folder.write("1.session", "say one\nquit\nsay never\n")
    let second = try folder.write("2.session", "say two\n")
    #expect(try run(first, second).output == ["one", "two"])
  }

  @Test("files that cannot be read")
  func unreadable() throws {
    let folder = try TemporaryFolder()
    for (path, reason) in [(folder.path, "it is a directory"), (folder.file("none"), "no such file")] {
      let result = try run(path)
      #expect(result.status == .failed && result.output.isEmpty)
      #expect(result.errors == ["\(path):1:1: error: cannot read \(path): \(reason)"])
    }
  }

  @Test("JSON: one object per line, with the SPEC's keys")
  func json() throws {
    let script = """
      model linear 6 5; hook all; step 2; print norm(hook(0.lora_B)); expect step == 2; say hello; expect 1 == 2
      """
    let result = try run("--json", "-e", script)
    #expect(result.status == .expectationFailed)
    let lines = try result.output.map { try JSON(text: $0) }
    let steps = lines.filter { $0["type"].string == "step" }
    #expect(steps.map { $0["step"].int } == [1, 2])
    let first = try #require(steps.first)
    #expect(first.keys == ["loss", "params", "step", "type"])
    let parameters = first["params"].list
    #expect(parameters.map { $0["param"].string?.split(separator: ".")[3] } == ["lora_A", "lora_B"])
    #expect(
      parameters[1].keys == ["c", "cosine", "hook", "lr", "param", "residual", "resolution", "verdict"])
    #expect(parameters[1]["verdict"].string == "match" && parameters[1]["hook"].int == 1)
    // A number that is none is null, with a reason.
    #expect(parameters[0]["c"].isNull && parameters[0]["reason"].string == "the hook gradient is 0")
    let printed = try #require(lines.first { $0["type"].string == "print" })
    #expect(printed["expression"].string == "norm(hook(0.lora_B))" && (printed["value"].double ?? 0) > 0)
    let expectations = lines.filter { $0["type"].string == "expect" }
    #expect(expectations.map { $0["ok"].bool } == [true, false])
    #expect(expectations[1]["left"].double == 1 && expectations[1]["right"].double == 2)
    #expect(lines.contains { $0["type"].string == "say" && $0["text"].string == "hello" })
  }

  @Test("JSON: errors with their place, values that are not finite, tensors")
  func jsonOddities() throws {
    let error = try JSON(text: try #require(try run("--json", "-e", "say x; rank 0").output.last))
    #expect(error["type"].string == "error" && error["file"].string == "-e")
    #expect(error["line"].int == 1 && error["column"].int == 13 && error["message"].string?.isEmpty == false)
    let infinite = try JSON(text: try #require(try run("--json", "-e", "print 1/0").output.last))
    #expect(infinite["value"].isNull && infinite["reason"].string == "inf")
    let tensor = try JSON(
      text: try #require(try run("--json", "-e", "model linear 2 3; step; print before(0.lora_B)").output.last))
    #expect(tensor["shape"].numbers == [3, 8] && tensor["value"].list.count == 3)
    let text = try JSON(text: try #require(try run("--json", "-e", "say 'a \"b\" \\ \u{1} é'").output.last))
    #expect(text["text"].string == "a \"b\" \\ \u{1} é")
  }

  @Test("wrong usage says what is right")
  func usage() {
    #expect(usageError("--bacth", "x") == "unknown option '--bacth'; did you mean '--batch'?")
    #expect(usageError("--batch") == "--batch needs a file ('-' is standard input) or -e")
    #expect(usageError("--json", "x") == "--json works with --batch only")
    #expect(usageError("--color", "pink") == "--color is auto, always or never, not 'pink'")
    #expect(usageError("-e") == "-e needs a command, such as -e 'model linear 16 16'")
    #expect(usageError("a", "b")?.hasPrefix("the terminal takes one file") == true)
    #expect(usageError("--batch", "-", "--", "-e") == nil)
  }

  @Test("an underline under wide letters and in a long line stays at its place")
  func underline() throws {
    let result = try run("-e", "say 中é; rank zero")
    #expect(result.errors[0].hasSuffix("\n  say 中é; rank zero\n                ^~~~"))
    let long = try run("-e", "say \(String(repeating: "x", count: 300)); rank zero")
    let lines = try #require(long.errors.first).split(separator: "\n")
    let mark = try #require(lines[2].firstIndex(of: "^"))
    let offset = lines[2].distance(from: lines[2].startIndex, to: mark)
    #expect(lines[1].dropFirst(offset).hasPrefix("zero"))
  }
}
