import Debugger
import Testing

@testable import Commands

@Suite("select")
struct SelectTests {
  private static let lora = "base_model.model.0.lora_B.default.weight"

  @Test("it chooses a parameter, a hook, or both, and keeps what it does not name")
  func chooses() {
    let sitting = Sitting("model linear 4 3; hook all; hook all at step_pre; select lora_B")
    #expect(sitting.interpreter.selection == Selection(parameter: Self.lora))
    sitting.type("select hook=2")
    #expect(sitting.interpreter.selection == Selection(parameter: Self.lora, hook: 2))
    sitting.type("select hook=1 0.lora_A")
    #expect(
      sitting.interpreter.selection == Selection(parameter: "base_model.model.0.lora_A.default.weight", hook: 1))
    sitting.type("new")
    #expect(sitting.interpreter.selection == Selection())
    #expect(sitting.failures.isEmpty)
  }

  @Test(
    "what there is not is refused, and the choice stays",
    arguments: [
      ("select", "which parameter"), ("select nobody", "nobody"), ("select hook=3", "needs a hook's ID"),
      ("select 0.lora_A hook=x", "needs a hook's ID"), ("select 0.lora_A 0.lora_B", "one parameter"),
    ])
  func refuses(command: String, message: String) {
    let sitting = Sitting("model linear 4 3; hook all; select 0.lora_B")
    sitting.type(command)
    #expect(sitting.failures.last?.message.contains(message) == true, "\(sitting.failures)")
    #expect(sitting.interpreter.selection == Selection(parameter: Self.lora))
  }
}
