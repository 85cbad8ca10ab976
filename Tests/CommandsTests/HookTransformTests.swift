import Testing

@Suite("What is said of hooks that change the gradient")
struct HookTransformTests {
  @Test("a tensor hook returns another gradient, the others change .grad in place")
  func howEachDoesIt() {
    let sitting = Sitting("model linear 6 4", "hook all", "hook all scale=2", "hook all at post_accumulate scale=0.25")
    sitting.type("step 2")
    sitting.type("explain 0.lora_B")
    #expect(sitting.text.contains("hook 2 (tensor) returned the gradient x2"))
    #expect(sitting.text.contains("hook 3 (post_accumulate) changed .grad in place, x0.25"))
  }

  @Test("several of them are told of in one sentence")
  func oneSentence() {
    let sitting = Sitting("model linear 6 4", "hook all", "hook all scale=2", "hook all at post_accumulate scale=0.25")
    sitting.type("step 2")
    sitting.type("explain 0.lora_B")
    #expect(sitting.text.contains("cause: Hooks 2, 3 changed the gradient after this one had seen it.\n"))
  }

  @Test("a hook that changes what it sees is not told of as another one")
  func itself() {
    let sitting = Sitting("model linear 6 4", "hook all scale=2", "step 2", "explain 0.lora_B")
    #expect(sitting.text.contains("cause: The hook itself changed the gradient that it had seen.\n"))
  }
}
