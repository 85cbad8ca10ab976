import Debugger
import Tensors
import Testing

@testable import Screen

@Suite("Which hook is shown")
struct SeeingHookTests {
  private static let size = Size(columns: 120, rows: 40)

  private func state(_ commands: String...) -> ScreenState {
    Scene(name: "", size: Self.size, commands: commands).state
  }

  private func screen(_ state: ScreenState) -> String { String(render(state, Self.size).cells.map(\.glyph)) }

  @Test("of several hooks on a parameter and its module each is shown in turn, with its own c and its own ledger")
  func turns() throws {
    var state = state(
      "model linear 6 5", "hook all", "hook 0.lora_B at step_pre", "hook 0 at module", "hook 0.lora_A",
      "set max_grad_norm 0.05", "step 2")
    #expect(state.seeingHooks.map(\.hook.id) == [1, 2, 3])
    #expect(["hook gradient 1/3", "0.lora_B  hook 1 tensor, last"].allSatisfy(screen(state).contains))
    let clipped = try #require(state.shownComparison?.c)
    #expect(clipped < 0.5)

    state.showNextHook()
    #expect(["hook gradient 2/3", "hook 2 step_pre, last"].allSatisfy(screen(state).contains))
    let c = try #require(state.shownComparison?.c)
    #expect(abs(c - 1) < 1e-6)
    #expect(state.explanation?.hook?.id == 2)
    // The list says it of the parameters that the hook is on.
    let listed = state.records.value
    let shown = try #require(state.shownParameter)
    #expect(listed[shown]?.comparison == state.shownComparison)
    #expect(listed[shown - 1]?.comparison.c.map { $0 < 0.5 } == true)
    #expect(screen(state).contains("parameters  4  hook 2"))

    state.showNextHook()
    #expect(screen(state).contains("0 grad_output  hook 3 module "))
    #expect(state.shownComparison == nil && state.explanation == nil)
    #expect(screen(state).contains("hook 3 sees the gradient of another tensor"))
    // [batch, out], beside the parameter's [out, r].
    #expect(state.matrices.value.hook?.tensor.shape == Shape(8, 5))
    #expect(state.matrices.value.effective?.tensor.shape == Shape(5, 8))

    state.showNextHook()
    #expect(state.shownHook?.hook.id == 1)
  }

  @Test("a hook that is not on a parameter leaves that one its first")
  func elsewhere() {
    var state = state(
      "model linear 6 5", "hook 0.lora_A", "hook 0.lora_B", "hook all at step_pre", "step", "select 0.lora_B hook=1")
    #expect(state.shownHook?.hook.id == 2)
    state.selection.parameter = state.catalog.names.first { $0.contains("lora_A") }
    #expect(state.shownHook?.hook.id == 1)
    state.selection.hook = 99
    #expect(state.shownHook?.hook.id == 1)
  }

  @Test("a stack is shown as the sum that c is of, and says so")
  func stacks() throws {
    let state = state("model linear 6 5", "hook all capture=all", "set gradient_accumulation_steps 3", "step 2")
    #expect(screen(state).contains("0.lora_B  hook 1, sum of 3"))
    let (h, e) = (try #require(state.matrices.value.hook), try #require(state.matrices.value.effective))
    let c = try #require(state.shownComparison?.c)
    #expect(abs(c - 1) < 1e-6)
    #expect(abs(h.norm - e.norm) < 1e-6 * e.norm)
    let difference = try #require(state.matrices.value.difference.value)
    #expect(difference.norm < 1e-6 * e.norm)
  }

  @Test("the chosen parameter is the same one after DoRA, another rank, a step, and the adapter's going and coming")
  func survives() {
    let kept = "base_model.model.0.lora_B.default.weight"
    for commands in [
      ["set use_dora on"], ["set r 3"], ["step 2"], ["set target_modules none", "set target_modules all-linear"],
      ["model linear 9 9"], ["step", "undo"],
    ] {
      let state = Scene(
        name: "", size: Self.size, commands: ["model mlp 6 5 4", "hook all", "select 0.lora_B"] + commands
      ).state
      #expect(state.selection.parameter == kept, "\(commands)")
      #expect(state.shownParameter.map { state.catalog.names[$0] } == kept, "\(commands)")
    }
    // A model that does not train it shows what says most.
    let other = Scene(
      name: "", size: Self.size,
      commands: ["model mlp 6 5 4", "select 2.lora_A", "model linear 6 5"]
    ).state
    #expect(other.selection.parameter == nil)
    #expect(other.shownParameter.map { other.catalog.names[$0] } == kept)
  }
}
