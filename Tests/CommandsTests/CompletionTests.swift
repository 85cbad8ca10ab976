import Commands
import Debugger
import TestSupport
import Testing

@Suite("What Tab offers")
struct CompletionTests {
  private func candidates(_ line: String, after lines: [String]) -> [Candidate] {
    let sitting = Sitting()
    for line in lines { sitting.type(line) }
    return complete(line, at: line.count, in: sitting.session).candidates
  }

  private func offers(_ line: String, after lines: String...) -> [String] {
    candidates(line, after: lines).map(\.text)
  }

  /// What is said of one of them.
  private func help(_ candidate: String, in line: String, after lines: String...) -> String? {
    candidates(line, after: lines).first { $0.text == candidate }?.help
  }

  @Test("commands, also after a semicolon and in an expect_error")
  func commands() {
    #expect(offers("st") == ["step"])
    #expect(offers("step; se") == ["select", "set"])
    #expect(offers("").count == Command.all.count)
    #expect(offers("expect_error \"no model\" ste") == ["step"])
    #expect(offers("expect_error 'a; b' set dty") == ["dtype"])
    #expect(help("undo", in: "und") == "take back the last command that changed the session")
  }

  @Test("settings and their values, with what they are now")
  func settings() {
    #expect(offers("set max") == ["max_grad_norm", "maximize"])
    #expect(
      help("max_grad_norm", in: "set max", after: "set max_grad_norm 0.5")?.hasPrefix("0.5  clip_grad_norm_") == true)
    #expect(offers("set dtype ") == ["bfloat16", "float16", "float32", "float64"])
    #expect(help("float32", in: "set dtype ", after: "set dtype float64") == "the default")
    #expect(help("float64", in: "set dtype ", after: "set dtype float64") == "now")
    #expect(help("step", in: "set scheduler ")?.contains("StepLR") == true)
    #expect(offers("set lr ", after: "set lr 0.25") == ["0.25"])
    #expect(offers("alpha ", after: "alpha 3") == ["3"])
    #expect(offers("set target_modules ", after: "model linear 6 5").contains("none"))
    #expect(help("lr", in: "show l", after: "set lr 0.25")?.hasPrefix("0.25") == true)
  }

  @Test("hooks: targets with their shapes, placements, options that are not there yet, IDs")
  func hooks() {
    #expect(offers("hook 0.lora", after: "model linear 6 5") == ["0.lora_A", "0.lora_B"])
    #expect(help("0.lora_B", in: "hook 0.lora", after: "model linear 6 5") == "[5, 8] trains")
    #expect(help("0.base_layer", in: "hook 0.", after: "model linear 6 5") == "[5, 6] frozen")
    #expect(offers("hook all at post") == ["post_accumulate"])
    #expect(help("post_accumulate", in: "hook all at ")?.contains("register_post_accumulate_grad_hook") == true)
    #expect(offers("hook all capture=s") == ["capture=sum"])
    #expect(offers("hook all capture=sum ") == ["scale=", "slot=module"])
    #expect(help("1", in: "unhook ", after: "model linear 6 5", "hook all") == "hook all at tensor")
    #expect(
      offers("explain hook", after: "model linear 6 5", "hook all", "hook all at step_pre") == ["hook=1", "hook=2"])
  }

  @Test("a name's end is enough where no name begins so; names that begin so come first")
  func nameEnds() {
    #expect(offers("hook lora_", after: "model mlp 6 7 4") == ["0.lora_A", "0.lora_B", "2.lora_A", "2.lora_B"])
    #expect(offers("select lora_B", after: "model linear 6 5") == ["0.lora_B"])
    #expect(offers("hook 2.", after: "model mlp 6 7 4").allSatisfy { $0.hasPrefix("2.") })
    #expect(offers("print norm(grad(lora_A", after: "model linear 6 5") == ["0.lora_A"])
  }

  @Test("what the session has: breakpoints, displays, branches, steps, causes")
  func collections() {
    #expect(help("1", in: "delete ", after: "model linear 6 5", "break at clip_norm") == "break at clip_norm")
    #expect(offers("delete display ", after: "model linear 6 5", "step", "display loss") == ["1"])
    #expect(offers("disable ", after: "model linear 6 5", "watch loss") == ["0", "1"])
    #expect(
      help("main", in: "compare ", after: "model linear 6 5", "step 2", "branch b")?.hasPrefix("ends after step 2")
        == true)
    #expect(offers("goto ", after: "model linear 6 5", "step 3") == ["0", "3"])
    #expect(offers("causes pl") == ["play"])
    #expect(help("momentum", in: "causes play mom")?.isEmpty == false)
    #expect(offers("break at clip") == ["clip_norm", "clip_value"])
    #expect(offers("info bra") == ["branches"])
  }

  @Test("inside an expression, functions, kept values and names, and where they go")
  func expressions() {
    let sitting = Sitting("model linear 6 5")
    let line = "print norm(hook(0.lo"
    let found = complete(line, at: line.count, in: sitting.session)
    #expect(found.candidates.map(\.text) == ["0.lora_A", "0.lora_B"])
    #expect(Array(line)[found.range].elementsEqual("0.lo"))
    #expect(offers("break at loss if norm(hook(0.lora_A", after: "model linear 6 5") == ["0.lora_A"])
    #expect(offers("set $a = norm(G(0.lora_B", after: "model linear 6 5") == ["0.lora_B"])
    #expect(offers("expect acted(0.lora_B, clip", after: "model linear 6 5") == ["clip_norm", "clip_value"])
    #expect(offers("expect acted(0.lora_B,clip", after: "model linear 6 5") == ["clip_norm", "clip_value"])
    #expect(offers("expect verdict(0.lora_B, s") == ["scaled"])
    #expect(help("scaled", in: "expect verdict(0.lora_B, s") == "the update is c x what the hook saw")
    #expect(offers("print 1+re", after: "model linear 6 5") == ["rel(", "residual(", "resolution("])
    #expect(help("rel(", in: "print re") == "rel(A, B)  norm(a - b)/norm(b)")
    #expect(help("$start", in: "print 2*$", after: "set $start = 3") == "3")
  }

  @Test("files and folders, with their sizes; what needs quotes gets them")
  func files() throws {
    let folder = try TemporaryFolder()
    try folder.write("one.session", String(repeating: "x", count: 1500))
    try folder.write(".hidden", "")
    try folder.write("my notes;1.session", "")
    try folder.write("it's mine.session", "")
    #expect(offers("source \(folder.path)/on") == [folder.file("one.session")])
    #expect(help(folder.file("one.session"), in: "source \(folder.path)/on") == "1.5 kB")
    #expect(offers("source \(folder.path)/.h") == [folder.file(".hidden")])
    #expect(offers("source \(folder.path)/my") == ["'\(folder.file("my notes;1.session"))'"])
    #expect(offers("source '\(folder.path)/my no") == ["'\(folder.file("my notes;1.session"))'"])
    #expect(offers("source \"\(folder.path)/my no") == ["\"\(folder.file("my notes;1.session"))\""])
    #expect(offers("source \(folder.path)/it") == ["\"\(folder.file("it's mine.session"))\""])
    #expect(offers("data text tokenizer=\(folder.path)/") == ["tokenizer=" + folder.file("one.session")])
    let parent = folder.path.split(separator: "/").dropLast().joined(separator: "/")
    #expect(offers("source /\(parent)/lorascope-test-").contains(folder.path + "/"))
  }

  @Test(
    "nothing behind a closing quote, in a comment, or for a command that is none",
    arguments: [
      "source 'a b'", "step # s", "frobnicate ", "pause ",
    ])
  func nothing(line: String) {
    #expect(offers(line) == [])
  }

  @Test("all that help explains")
  func help() {
    #expect(offers("help clip_n") == ["clip_norm"])
    #expect(help("scaled", in: "help sca") == "verdict: the update is c x what the hook saw")
    #expect(offers("help sett") == ["settings"])
  }

  @Test("every candidate of every command says what it is, or is a plain word")
  func described() {
    let sitting = Sitting("model linear 6 5", "hook all", "step")
    for command in Command.all {
      let line = command.name + " "
      for candidate in complete(line, at: line.count, in: sitting.session).candidates {
        #expect(!candidate.help.contains("\n") && !candidate.text.isEmpty, "\(line)\(candidate)")
      }
    }
    #expect(complete("", at: 0, in: sitting.session).candidates.allSatisfy { !$0.help.isEmpty })
  }

  @Test("a cursor beyond the line is at its end, one before it at its beginning")
  func cursorOutside() {
    #expect(complete("ste", at: 9, in: Session()) == complete("ste", at: 3, in: Session()))
    #expect(complete("ste", at: -1, in: Session()) == complete("", at: 0, in: Session()))
  }

  @Test("any prefix of any line is completed and hinted without harm")
  func everywhere() {
    let sitting = Sitting("model mlp 6 7 4", "hook all", "step")
    let lines = [
      "hook 0.lora_A at tensor capture=all; print c(0.lora_B, 1) ~= 1 within 1e-4", "é中 ; ;; set x \"y", "help ((((",
    ]
    for line in lines {
      for cursor in 0...line.count {
        let found = complete(line, at: cursor, in: sitting.session)
        #expect(found.range.lowerBound >= 0 && found.range.upperBound == cursor)
        #expect(hint(line, at: cursor, in: sitting.session)?.isEmpty != true)
      }
    }
  }
}
