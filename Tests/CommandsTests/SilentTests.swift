import Testing

@testable import Commands

@Suite("Silent commands, and starting anew")
struct SilentTests {
  @Test("a silent command runs, and neither it nor what it says is shown")
  func silent() {
    let sitting = Sitting("model linear 4 3")
    sitting.interpreter.isInteractive = true
    _ = sitting.interpreter.run(
      ScriptFrame(name: "exam", text: "silent set max_grad_norm 1.0\nsilent hook all\nsilent step 2"))
    #expect(sitting.messages.isEmpty, "\(sitting.text)")
    sitting.type("print step + 0*total_norm")
    #expect(sitting.text.hasSuffix(" = 2"))
    sitting.type("undo")
    #expect(sitting.session.step == 0)
  }

  @Test("errors, failed expectations and warnings are shown all the same")
  func loud() {
    let sitting = Sitting()
    #expect(sitting.type("silent set lr nothing") == .failed)
    #expect(sitting.failures.first?.column == 15)
    sitting.type("silent expect 1 == 2")
    #expect(sitting.text.contains("FAILED") && sitting.interpreter.failedExpectations == 1)
    sitting.type("silent expect 1 == 1")
    #expect(sitting.messages.isEmpty)
    for command in ["silent print 1", "source x", "lessons play 1", "expect_error x step"] {
      #expect(sitting.type("silent \(command)") == .failed)
      #expect(sitting.failures.first?.message.hasSuffix("cannot be silent") == true)
    }
    sitting.type("silent")
    #expect(sitting.failures.first?.message == "write for example: silent set max_grad_norm 1.0")
  }

  @Test("new starts with every setting at its default, and undo takes it back")
  func new() {
    let fresh = Sitting().session.fingerprint
    let sitting = Sitting("model linear 4 3", "set lr 3; hook all; step")
    let before = sitting.session.fingerprint
    sitting.type("new")
    #expect(sitting.session.fingerprint == fresh)
    sitting.type("undo")
    #expect(sitting.session.fingerprint == before)
  }
}
