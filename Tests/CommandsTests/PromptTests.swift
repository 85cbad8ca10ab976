import Commands
import Debugger
import TestSupport
import Testing

@Suite("At the prompt")
struct PromptTests {
  @Test("a unique beginning of a command is enough, gdb's short forms too")
  func abbreviations() {
    let sitting = Sitting("mod linear 6 5")
    #expect(sitting.session.configuration.model?.title == "Linear 6x5")
    sitting.type("s 2")
    #expect(sitting.session.step == 2)
    sitting.type("fin")
    #expect(sitting.text.contains("no step is in progress"))
    sitting.type("p 1+1")
    #expect(sitting.text == "1+1 = 2")
    sitting.type("l")
    #expect(sitting.text.contains("'l' is ambiguous: load, loss, lr"))
  }

  @Test("an empty line repeats the last stepping command, and no other")
  func repetition() {
    let sitting = Sitting("model linear 6 5", "step 3", "", "")
    #expect(sitting.session.step == 9)
    sitting.type("print 1")
    sitting.type("")
    #expect(sitting.session.step == 9 && sitting.messages.isEmpty)
    sitting.type("event 2")
    sitting.type("")
    #expect(sitting.session.isInsideStep)
    sitting.type("finish")
    #expect(sitting.session.step == 10 && !sitting.session.isInsideStep)
  }

  @Test("step finishes a step that events have begun, and counts it")
  func mixing() {
    let sitting = Sitting("model linear 6 5", "event 5", "step")
    #expect(sitting.session.step == 1)
    let whole = Sitting("model linear 6 5", "step")
    #expect(sitting.session.fingerprint == whole.session.fingerprint)
  }

  @Test("undo takes back what changed the session, step by step")
  func undo() {
    let sitting = Sitting("model linear 6 5", "hook all", "step")
    let before = sitting.session.fingerprint
    sitting.type("set lr 3")
    sitting.type("step 2")
    sitting.type("unhook 1")
    #expect(sitting.session.fingerprint != before)
    for _ in 0..<3 { sitting.type("undo") }
    #expect(sitting.session.fingerprint == before)
    for _ in 0..<3 { #expect(sitting.type("undo") == .finished) }
    #expect(sitting.session.configuration.model == nil)
    #expect(sitting.type("undo") == .failed)
  }

  @Test("Ctrl-C stops at the next event with the state intact, and one can go on")
  func interruption() {
    let sitting = Sitting("model linear 6 5", "hook all")
    sitting.interruptAfter(50)
    #expect(sitting.type("step 1000") == .interrupted)
    #expect(sitting.text.contains("interrupted"))
    #expect(sitting.session.isInsideStep && sitting.session.step > 0)
    sitting.interruptAfter(.max)
    let stopped = sitting.session.fingerprint
    sitting.type("set lr 1")
    sitting.type("undo")
    #expect(sitting.session.fingerprint == stopped)
    let taken = sitting.session.step
    sitting.type("finish")
    #expect(sitting.session.step == taken + 1)
    let straight = Sitting("model linear 6 5", "hook all", "step \(taken + 1)")
    #expect(sitting.session.fingerprint == straight.session.fingerprint)
  }

  @Test("undo takes back an interrupted run as a whole")
  func undoInterruption() {
    let sitting = Sitting("model linear 6 5", "step 3")
    let before = sitting.session.fingerprint
    sitting.interruptAfter(50)
    sitting.type("step 1000")
    sitting.interruptAfter(.max)
    sitting.type("undo")
    #expect(sitting.session.fingerprint == before)
  }

  @Test("a script pauses, something else is typed, and it goes on")
  func pausing() throws {
    let sitting = Sitting()
    sitting.interpreter.isInteractive = true
    let script = ScriptFrame(name: "a.session", text: "model linear 6 5\npause\nstep\nstep")
    #expect(sitting.interpreter.run(script) == .paused)
    sitting.type("set lr 2")
    #expect(sitting.interpreter.isPaused)
    #expect(sitting.type("") == .finished)
    #expect(sitting.session.step == 2 && sitting.session.configuration.training.lr == 2)
  }

  @Test("settings before the first step count as if given before the model")
  func settingsAfterModel() {
    let after = Sitting("model linear 6 5", "set r 3", "set seed 5", "set dtype float64", "step")
    let before = Sitting("set r 3", "set seed 5", "set dtype float64", "model linear 6 5", "step")
    #expect(after.session.fingerprint == before.session.fingerprint)
  }

  @Test("lr and alpha keep A and B; rank, targets and seed start the adapter anew, and say so")
  func laterChanges() throws {
    let sitting = Sitting("model linear 6 5", "step 2")
    let index = try #require(sitting.session.graph?.parameters.firstIndex { $0.name.contains(".lora_B.") })
    let trained = try #require(sitting.session.value(of: index))
    sitting.type("set lr 0.5")
    sitting.type("set lora_alpha 32")
    #expect(try #require(sitting.session.value(of: index)).isIdentical(to: trained))
    sitting.type("set r 4")
    #expect(sitting.text.contains("the adapter was re-initialized at step 2"))
    #expect(sitting.session.value(of: index)?.maxMagnitude == 0)
    sitting.type("step")
    #expect(sitting.session.step == 3)
  }

  @Test("help explains every command with a usage and an example that works")
  func help() {
    let sitting = Sitting("help")
    for command in Command.all { #expect(sitting.text.contains(command.name)) }
    for command in Command.all {
      #expect(sitting.type("help \(command.name)") == .finished)
      #expect(sitting.text.contains("EXAMPLE\n  \(command.example)"))
    }
  }

  @Test("every example can be typed", arguments: Command.all.map(\.name))
  func examples(name: String) throws {
    let command = try #require(Command.all.first { $0.name == name })
    // Examples with files of the user's, and those that need what a session already has.
    if command.example.contains("safetensors") || ["source", "save", "record", "recover", "export"].contains(name) {
      return
    }
    let sitting = Sitting(
      "model mlp 16 24 5", "hook all", "set max_grad_norm 1", "step 4", "branch other", "break at clip_norm",
      "watch loss", "display loss")
    if name == "finish" { sitting.type("event") }
    let folder = try TemporaryFolder()
    let outcome = sitting.type(command.example.replacing("run.py", with: "'\(folder.file("run.py"))'"))
    #expect(outcome != .failed, "\(sitting.text)")
  }
}
