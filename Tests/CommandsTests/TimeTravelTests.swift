import Commands
import Debugger
import Tensors
import Testing
import Training

@Suite("Going back in time")
struct TimeTravelTests {
  private static let setup = [
    "model mlp 6 5 4 tanh", "set r 2", "set momentum 0.9", "set lr 0.02", "data regression batch=4", "hook all",
  ]

  private func sitting(_ more: String...) -> Sitting {
    let sitting = Sitting()
    for line in Self.setup + more { sitting.type(line) }
    return sitting
  }

  /// All that training depends on, and what was observed last.
  private func moment(_ sitting: Sitting) -> String {
    sitting.session.fingerprint.replacing(/records \d+/, with: "") + "\(sitting.session.observed.map(summary) ?? "")"
      + "\(sitting.session.state?.optimizer.flatMap { $0.buffers.map { $0.toArray() } } ?? [])"
  }

  private func summary(_ record: StepRecord) -> String {
    "\(record.step) \(record.loss ?? .nan) "
      + record.parameters.map { "\($0.comparison) \($0.before.toArray()) \($0.after.toArray())" }.joined()
  }

  @Test("every moment of the past is what it was, to the bit, and so is the way forward")
  func thereAndBack() throws {
    let sitting = sitting()
    var moments: [String] = [moment(sitting)]
    for step in 1...70 {
      if step == 20 { sitting.type("set lr 0.01") }
      if step == 40 { sitting.type("set lora_alpha 3") }
      sitting.type("step")
      moments.append(moment(sitting))
    }
    for step in [69, 3, 40, 39, 19, 20, 0, 70, 1] {
      #expect(sitting.type("goto \(step)") == .finished, "\(sitting.text)")
      let found = moment(sitting)
      // Settings made after a step belong to what follows it.
      let wanted = moments[step]
      if step != 19, step != 39 { #expect(found == wanted, "step \(step)") }
      #expect(sitting.session.stepsAhead == 70 - step)
    }
    for step in 2...70 {
      sitting.type("step")
      if step != 19, step != 39 { #expect(moment(sitting) == moments[step], "forward to \(step)") }
    }
    #expect(sitting.session.timeline.branches.count == 1)
  }

  @Test("back counts steps, the beginning of the one in progress first; restart goes to the beginning")
  func back() {
    let sitting = sitting("step 5", "event 7")
    sitting.type("back")
    #expect(sitting.session.step == 5 && !sitting.session.isInsideStep)
    sitting.type("event 3")
    sitting.type("back 2")
    #expect(sitting.session.step == 4 && sitting.session.stepsAhead == 1)
    #expect(sitting.text == "after step 4; 1 step lies ahead")
    sitting.type("restart")
    #expect(sitting.session.step == 0 && sitting.session.observed == nil)
    #expect(sitting.type("back") == .failed && sitting.failures[0].message == "this is the beginning")
    #expect(sitting.type("goto 6") == .failed && sitting.failures[0].message.contains("main goes from 0 to 5"))
  }

  @Test("an event inside a step is a place to go to, from either side")
  func events() {
    let sitting = sitting("step 3", "event 9")
    let wanted = moment(sitting)
    let inside = sitting.session.observed.map(summary)
    sitting.type("step 2")
    sitting.type("goto 3:9")
    #expect(moment(sitting) == wanted && sitting.session.observed.map(summary) == inside)
    sitting.type("reverse-event 4")
    #expect(sitting.session.eventsTaken == 5)
    sitting.type("event 4")
    #expect(moment(sitting) == wanted)
    // Over the border of a step.
    sitting.type("reverse-event 10")
    #expect(sitting.session.step == 2 && sitting.session.isInsideStep)
    sitting.type("event 10")
    #expect(moment(sitting) == wanted)
    let before = sitting.session.fingerprint
    #expect(sitting.type("goto 3:9999") == .failed && sitting.session.fingerprint == before)
    #expect(sitting.failures[0].message.contains("step 4 has only"))
  }

  @Test("a change in the past starts a branch and leaves the future where it is")
  func branches() throws {
    let sitting = sitting("step 6")
    let end = moment(sitting)
    sitting.type("back 4")
    sitting.type("set lr 0.5")
    #expect(sitting.text.contains("this is branch b2 from step 2 on; main keeps its 4 steps ahead"))
    sitting.type("step 3")
    #expect(sitting.session.step == 5 && sitting.session.timeline.current.name == "b2")
    sitting.type("compare main")
    #expect(sitting.text.contains("in common: steps 1 to 2") && sitting.text.contains("lr"))
    sitting.type("branch main")
    #expect(moment(sitting) == end)
    sitting.type("branch b2")
    #expect(sitting.session.step == 5 && sitting.session.configuration.training.lr == 0.5)
    sitting.type("back 4")
    // Before the fork the settings are those of the time.
    #expect(sitting.session.configuration.training.lr == 0.02)
    sitting.type("step")
    #expect(sitting.session.configuration.training.lr == 0.5 && sitting.session.timeline.branches.count == 2)
  }

  @Test("two branches taken alike are alike; what differs between others is told")
  func compare() throws {
    let sitting = sitting("step 2", "branch other", "step 2", "branch main", "step 2")
    let same = try sitting.session.compare(with: try sitting.session.timeline.find("other"))
    #expect(same.settings.isEmpty && same.rows.allSatisfy { $0.difference == 0 } && same.commonSteps == 2)
    sitting.type("set max_grad_norm 0.01")
    sitting.type("step")
    let other = try sitting.session.compare(with: try sitting.session.timeline.find("2"))
    #expect(other.settings.map(\.name) == ["max_grad_norm"] && other.ours.step == 5 && other.theirs.step == 4)
    #expect(other.rows.allSatisfy { ($0.difference ?? 0) > 0 })
    #expect(sitting.type("compare main") == .failed && sitting.type("compare nonsense") == .failed)
  }

  @Test("hooks, too, are what they were at the time")
  func hooks() {
    let sitting = sitting("step 2", "hook all at step_pre", "step 2", "goto 1")
    #expect(sitting.session.configuration.hooks.count == 1)
    sitting.type("goto 3")
    #expect(sitting.session.configuration.hooks.count == 2)
    sitting.type("unhook 1")
    #expect(sitting.session.timeline.current.name == "b2")
    sitting.type("branch main")
    #expect(sitting.session.configuration.hooks.count == 2 && sitting.session.step == 4)
  }

  @Test("undo takes time travel and branching back, too")
  func undo() {
    let sitting = sitting("step 4")
    let before = moment(sitting)
    for line in ["back 2", "branch x", "goto 1", "restart"] {
      sitting.type(line)
      sitting.type("undo")
      #expect(moment(sitting) == before && sitting.session.timeline.branches.count == 1, "\(line)")
    }
  }

  @Test("memory is bounded: checkpoints thin out, and the way back is short")
  func bounded() {
    let sitting = sitting("step 3000")
    let branch = sitting.session.timeline.current
    #expect(branch.checkpointCount <= 1100 && branch.recordsKept <= 32)
    #expect(branch.checkpointInterval >= 2 && branch.checkpointInterval <= 8)
    sitting.type("info timeline")
    #expect(sitting.text.contains("checkpoints, one every"))
  }
}
