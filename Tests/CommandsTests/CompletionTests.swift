import Commands
import Debugger
import TestSupport
import Testing

@Suite("What Tab offers")
struct CompletionTests {
  private func offers(_ line: String, after lines: String...) -> [String] {
    let sitting = Sitting()
    for line in lines { sitting.type(line) }
    return complete(line, at: line.count, in: sitting.session).candidates
  }

  @Test("commands, also after a semicolon")
  func commands() {
    #expect(offers("st") == ["step"])
    #expect(offers("step; s") == ["save", "say", "select", "set", "show", "silent", "source", "step"])
    #expect(offers("").count == Command.all.count)
  }

  @Test("settings and their values")
  func settings() {
    #expect(offers("set max") == ["max_grad_norm", "maximize"])
    #expect(offers("set dtype ") == ["bfloat16", "float16", "float32", "float64"])
    #expect(offers("set target_modules ", after: "model linear 6 5").contains("none"))
  }

  @Test("hooks: targets, placements, options")
  func hooks() {
    #expect(offers("hook 0.lora", after: "model linear 6 5") == ["0.lora_A", "0.lora_B"])
    #expect(offers("hook all at post") == ["post_accumulate"])
    #expect(offers("hook all capture=s") == ["capture=sum"])
  }

  @Test("inside an expression, functions and names, and where they go")
  func expressions() {
    let sitting = Sitting("model linear 6 5")
    let line = "print norm(hook(0.lo"
    let found = complete(line, at: line.count, in: sitting.session)
    #expect(found.candidates == ["0.lora_A", "0.lora_B"])
    #expect(Array(line)[found.range].elementsEqual("0.lo"))
    #expect(offers("break at loss if norm(hook(0.lora_A", after: "model linear 6 5") == ["0.lora_A"])
    #expect(offers("set $a = norm(G(0.lora_B", after: "model linear 6 5") == ["0.lora_B"])
    #expect(offers("expect acted(0.lora_B, clip", after: "model linear 6 5") == ["clip_norm", "clip_value"])
    #expect(offers("expect acted(0.lora_B,clip", after: "model linear 6 5") == ["clip_norm", "clip_value"])
    #expect(offers("expect verdict(0.lora_B, s") == ["scaled"])
    #expect(offers("print 1+re", after: "model linear 6 5") == ["rel(", "residual(", "resolution("])
  }

  @Test("files and folders")
  func files() throws {
    let folder = try TemporaryFolder()
    try folder.write("one.session", "")
    try folder.write(".hidden", "")
    #expect(offers("source \(folder.path)/") == [folder.file("one.session")])
    #expect(offers("source \(folder.path)/.h") == [folder.file(".hidden")])
    let parent = folder.path.split(separator: "/").dropLast().joined(separator: "/")
    #expect(offers("source /\(parent)/lorascope-test-").contains(folder.path + "/"))
  }

  @Test("a cursor beyond the line is at its end, one before it at its beginning")
  func cursorOutside() {
    #expect(complete("ste", at: 9, in: Session()) == complete("ste", at: 3, in: Session()))
    #expect(complete("ste", at: -1, in: Session()) == complete("", at: 0, in: Session()))
  }

  @Test("any prefix of any line is completed without harm")
  func everywhere() {
    let sitting = Sitting("model mlp 6 7 4", "hook all", "step")
    let lines = [
      "hook 0.lora_A at tensor capture=all; print c(0.lora_B, 1) ~= 1 within 1e-4", "é中 ; ;; set x \"y", "help ((((",
    ]
    for line in lines {
      for cursor in 0...line.count {
        let found = complete(line, at: cursor, in: sitting.session)
        #expect(found.range.lowerBound >= 0 && found.range.upperBound == cursor)
      }
    }
  }
}
