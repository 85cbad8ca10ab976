import Commands
import Debugger
import Testing
import Training

@Suite("Breakpoints, watches and displays")
struct BreakpointTests {
  private func sitting(_ more: String...) -> Sitting {
    let sitting = Sitting()
    for line in ["model mlp 6 5 4 tanh", "set r 2", "set lr 0.1", "set max_grad_norm 0.1", "hook all"] + more {
      sitting.type(line)
    }
    // A breakpoint that nothing meets must not hang the test.
    sitting.interruptAfter(20_000)
    return sitting
  }

  private func event(_ sitting: Sitting) -> String {
    sitting.session.lastEvent.map { describe($0, in: sitting.session.graph) } ?? ""
  }

  @Test("every place that can be named stops at an event of its kind", arguments: BreakPlace.all.map(\.name))
  func places(name: String) {
    let sitting = Sitting(
      "set dtype float64", "model mlp 6 5 4 tanh", "set gradient_accumulation_steps 2", "set replicas 2",
      "set loss_scale 4", "set max_grad_norm 0.1", "set clip_value 0.05", "set zero_grad off", "set weight_decay 0.1",
      "set maximize on", "set scheduler step", "set lr_read current", "set snapshot reference",
      ["preconditioner", "decoupled_weight_decay"].contains(name) ? "set optimizer adamw" : "set momentum 0.5")
    for placement in HookPlacement.all { sitting.type("hook all at \(placement.name)") }
    sitting.type("hook all scale=0.5")
    if name == "zero_grad" { sitting.type("set zero_grad on") }
    if name == "skipped_step" { sitting.type("set loss_scale 1e308") }
    sitting.type("tbreak at \(name)")
    sitting.interruptAfter(5000)
    #expect(sitting.type("continue") == .finished)
    #expect(sitting.text.contains("breakpoint 1, "), "\(sitting.text)")
    // A temporary one is gone.
    #expect(sitting.session.stopList.breakpoints.isEmpty)
  }

  @Test("step, event and until stop inside a step; another step finishes it")
  func stopsInside() {
    let sitting = sitting("break at clip_norm")
    sitting.type("step 3")
    #expect(sitting.session.step == 0 && sitting.session.isInsideStep && event(sitting).hasPrefix("clip_grad_norm_"))
    sitting.type("step")
    #expect(sitting.session.step == 1 && !sitting.session.isInsideStep)
    sitting.type("until step == 9")
    #expect(sitting.session.step == 1 && sitting.session.isInsideStep)
    sitting.type("disable 1")
    sitting.type("until step == 9")
    #expect(sitting.session.step == 9)
    sitting.type("enable 1")
    sitting.type("event 500")
    #expect(event(sitting).hasPrefix("clip_grad_norm_"))
    #expect(sitting.session.stopList.breakpoints[0].hits == 3)
  }

  @Test("a parameter and a condition narrow a breakpoint down")
  func conditions() {
    let sitting = sitting("break at tensor 2.lora_B if norm(hook(2.lora_B)) > 0 and step == 3")
    sitting.type("continue")
    #expect(sitting.session.step == 3 && event(sitting).contains("hook 1 (tensor) on 2.lora_B"))
    sitting.type("delete")
    sitting.type("break if step == 6")
    sitting.type("continue")
    #expect(sitting.session.step == 6 && !sitting.session.isInsideStep)
    // Any event on the parameter.
    sitting.type("delete")
    sitting.type("tbreak 0.lora_A")
    sitting.type("continue")
    #expect(event(sitting).contains("0.lora_A"))
  }

  @Test("watch shows the old value and the new one, and is quiet while there is none")
  func watch() throws {
    let sitting = sitting("step", "watch c(2.lora_B)")
    let before = try #require(sitting.session.observed?.parameters.last?.comparison.c)
    sitting.type("continue")
    let after = try #require(sitting.session.observed?.parameters.last?.comparison.c)
    #expect(sitting.text.contains("watch 1, step 2, event"))
    #expect(
      sitting.text.contains("old \(formatted(before, "%.9g"))")
        && sitting.text.contains("new \(formatted(after, "%.9g"))"))
    #expect(event(sitting).hasPrefix("optimizer wrote 2.lora_B"))
  }

  @Test("reverse-continue stops where going forward stopped, the last one first")
  func reverse() {
    let sitting = sitting("break at clip_norm", "watch loss")
    var stops: [String] = []
    for _ in 0..<7 {
      sitting.type("continue")
      stops.append("\(sitting.session.step):\(sitting.session.eventsTaken)")
    }
    for stop in stops.dropLast().reversed() {
      sitting.type("reverse-continue")
      #expect("\(sitting.session.step):\(sitting.session.eventsTaken)" == stop)
    }
    sitting.type("reverse-continue")
    #expect(sitting.text.contains("no breakpoint lies behind") && sitting.session.step == 0)
  }

  @Test("displays are shown at every stop, or why they have no value")
  func displays() {
    let sitting = sitting("display c(2.lora_B)", "display loss")
    sitting.type("event 3")
    #expect(sitting.text.contains("1: c(2.lora_B): ") && sitting.text.contains("2: loss: there is no loss yet"))
    sitting.type("step")
    #expect(sitting.text.contains("1: c(2.lora_B) = 0.") && sitting.text.contains("2: loss = "))
    sitting.type("undisplay 1")
    sitting.type("step")
    #expect(!sitting.text.contains("1: c(") && sitting.text.contains("2: loss = "))
  }

  @Test("NaN and inf stop continue at the event that made them, step after that step")
  func nonFinite() {
    let sitting = sitting("set max_grad_norm off", "set lr 1e30", "continue")
    #expect(sitting.text.contains("NaN or inf, step 2, event"))
    #expect(sitting.session.step == 1 && event(sitting) == "loss inf")
    sitting.type("restart")
    sitting.type("step 20")
    #expect(sitting.session.step == 2 && !sitting.session.isInsideStep)
    #expect(sitting.text.contains("loss inf") && sitting.text.contains("goto 1:"))
    // Once told, it does not stop at every step; switched off, not at all.
    sitting.type("step 3")
    #expect(sitting.session.step == 5)
    sitting.type("restart")
    sitting.type("disable 0")
    sitting.type("step 20")
    #expect(sitting.session.step == 20)
  }

  @Test("what made them is found inside the graph, before the loss shows it")
  func origin() {
    let sitting = Sitting(
      "set dtype float16", "model mlp 6 5 4 tanh", "set r 2", "set lr 60000", "hook all", "continue")
    #expect(sitting.text.contains("NaN or inf, step 2, event"))
    #expect(event(sitting).hasPrefix("forward 2 ->") && sitting.text.contains("the output [8, 4] has -inf at element"))
  }

  @Test("under a loss scale inf among gradients is what the scaler is for")
  func scaler() {
    let sitting = Sitting("model linear 4 3", "hook all", "set loss_scale 1e38", "step 5")
    #expect(sitting.session.step == 5 && !sitting.text.contains("NaN or inf, "))
  }

  @Test(
    "a mistake is told where it is",
    arguments: [
      ("break at clip_nrom", "did you mean 'clip_norm'?"), ("break 0.lora_C", "did you mean '0.lora_A'?"),
      ("break at loss if losss > 2", "did you mean 'loss'?"), ("break if", "if what?"),
      ("break 0.lora_B at loss", "an event of the whole step"),
      ("watch 1 + 1", "never changes"),
      ("watch", "an expression is needed"), ("delete 7", "none is set"), ("delete 0", "disable 0"),
      ("disable x", "is no number"), ("until 1 == 2", "no step makes this true"),
      ("until loss", "until needs a comparison"),
      ("display hook(9.lora_A)", "no parameter or module"), ("undisplay 3", "no display 3"),
      ("goto x", "STEP or STEP:EVENT"), ("branch a/b", "letters, digits"), ("branch 3", "is no number"),
    ])
  func mistakes(line: String, message: String) {
    let sitting = sitting("step 2")
    let before = sitting.session.fingerprint
    #expect(sitting.type(line) == .failed)
    #expect(sitting.failures.first?.message.contains(message) == true, "\(sitting.text)")
    #expect(sitting.session.fingerprint == before)
  }

  @Test("an error in a condition points at it")
  func pointing() throws {
    let sitting = sitting()
    let line = "break at loss if loss > nrom(hook(0.lora_A))"
    sitting.type(line)
    let failure = try #require(sitting.failures.first)
    #expect(String(Array(line)[failure.underline]) == "nrom")
  }
}
