import Commands
import Debugger
import Testing

@Suite("What is said about the words to come")
struct HintTests {
  private static let hookOptions = "[capture=last|first|sum|all|reference] [slot=param|module] [scale=X]"

  @Test(
    "the rest of the usage, as far as the words have come",
    arguments: [
      ("hook ", "TARGET|all [at PLACEMENT] \(hookOptions): register a hook on parameters or modules"),
      ("hook", "hook TARGET|all [at PLACEMENT] \(hookOptions): register a hook on parameters or modules"),
      ("hook 0.lora_A", "[at PLACEMENT] \(hookOptions)"), ("hook all at ", "PLACEMENT \(hookOptions)"),
      ("hook all at tensor ", hookOptions), ("hook all capture=sum ", "[at PLACEMENT] [slot=param|module] [scale=X]"),
      ("hook all cap", "[at PLACEMENT] \(hookOptions)"),
      ("step; data regression seed=3 ", "[batch=N] [batches=N]"),
      ("model mlp 6 ", "HIDDEN... OUT [relu|tanh|gelu|silu] [bias=on|off] [shared=on|off]"),
      ("model mlp 6 7 4 relu ", "[bias=on|off] [shared=on|off]"), ("info module ", "NAME"),
      ("break at clip_norm ", "[PARAM|MODULE] [if EXPR]"), ("break if ", "EXPR"),
      ("undo", "undo: take back the last command that changed the session"),
      ("data ", "regression|classification|tokens|text|load ...: choose the batches to train on"),
      ("save adapter ", "DIR"),
      ("expect_error 'x' back ", "[N]: go back by N steps (1); inside a step, its beginning is the first one"),
      ("set $a ", "= EXPR"),
    ] as [(String, String)])
  func usage(line: String, expected: String) {
    #expect(hint(line, at: line.count, in: Session()) == expected)
  }

  @Test("a setting's values, what it is now and what it means")
  func settings() {
    let sitting = Sitting("set lr 0.25")
    let expected = "X  (now 0.25): the learning rate, from the next step on"
    for line in ["set lr ", "lr ", "set lr 0."] {
      #expect(hint(line, at: line.count, in: sitting.session) == expected)
    }
    #expect(hint("set max_n", at: 9, in: sitting.session) == nil)
    #expect(hint("set max_g", at: 9, in: sitting.session)?.hasPrefix("max_grad_norm X|off  (now off): ") == true)
  }

  @Test("a function, while its parentheses are open")
  func functions() {
    for line in ["print norm(hook(", "watch c(0.lora_B) + hook(0.lora_B, ", "break if hook("] {
      #expect(
        hint(line, at: line.count, in: Session())
          == "hook(P[, ID]): what a hook kept of P (the first hook on it, or hook ID)")
    }
  }

  @Test(
    "nothing on an empty line, behind the last word, and where the words fit no usage",
    arguments: [
      "", "   ", "step; ", "frobnicate ", "frob", "l", "step 3", "undo 4 ", "hook all nonsense ", "info nothing",
      "step # ",
      "source 'a b'", "set nonsense ", "print 1 + 2", "say good morning", "break if loss > 2",

    ])
  func nothing(line: String) {
    #expect(hint(line, at: line.count, in: Session()) == nil)
  }

  @Test("every command says something behind its name")
  func everyCommand() {
    for command in Command.all {
      #expect(hint(command.name + " ", at: command.name.count + 1, in: Session())?.isEmpty == false, "\(command.name)")
    }
  }
}
