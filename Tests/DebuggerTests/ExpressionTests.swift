import Debugger
import Testing

@Suite("Expressions")
struct ExpressionTests {
  /// Two steps, so that lora_A has a gradient too.
  private static let stepped: Session = {
    var made = try! session("linear 6 5") { $0.lora.loraAlpha = 16 }
    _ = try! made.configure { $0.hooks = [HookRequest(id: 1, target: nil)] }
    _ = try! made.completeStep()
    _ = try! made.completeStep()
    return made
  }()

  @Test(
    "numbers bind as in arithmetic",
    arguments: [
      ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("-2 * -3", 6), ("2 - 3 - 4", -5), ("12 / 3 / 2", 2), ("--4", 4),
      ("1e-3 * 1e3", 1), ("1.5e+2", 150), (".5", 0.5), ("abs(-3)", 3), ("sqrt(16)", 4), ("max(2)", 2),
      ("norm(3, 4)", 5),
    ])
  func arithmetic(text: String, expected: Double) throws {
    #expect(try value(text, in: Session()).number == expected)
  }

  @Test(
    "comparisons and logic",
    arguments: [
      ("1 < 2", true), ("2 <= 2", true), ("1 > 2", false), ("2 >= 3", false), ("1 == 1", true), ("1 != 1", false),
      ("1 < 2 and 2 < 3", true), ("1 < 2 and 3 < 2", false), ("1 > 2 or 2 > 1", true), ("not 1 > 2", true),
      ("not not 1 > 2", false), ("1 ~= 1.0000001", true), ("1 ~= 1.1", false), ("1 ~= 1.1 within 0.1", true),
      ("100 ~= 101 within 0.5 abs", false), ("100 ~= 100.4 within 0.5 abs", true), ("0 ~= 0", true),
      ("1 > 2 or 1 < 2 and 1 > 2", false),
    ])
  func logic(text: String, expected: Bool) throws {
    #expect(try value(text, in: Session()).flag == expected)
  }

  @Test(
    "what a step observed fits together",
    arguments: [
      "rel(before(0.lora_B) - after(0.lora_B), eff(0.lora_B) * lr_used) < 1e-6",
      "delta(0.lora_A) ~= after(0.lora_A) - before(0.lora_A)",
      "c(0.lora_B) ~= 1 within 1e-4", "cosine(0.lora_B) ~= 1 within 1e-6", "residual(0.lora_B) < 1e-4",
      "cos(hook(0.lora_B), grad(0.lora_B)) ~= 1", "hook(0.lora_B) == grad(0.lora_B)",
      "hook(0.lora_B, 1) == hook(0.lora_B)", "fired(0.lora_A) == 1", "step == 2", "lr == 0.01", "lr(0.lora_A) == lr",
      "resolution(0.lora_A) < 1e-3", "mean(hook(0.lora_A)) ~= sum(hook(0.lora_A)) / 48",
      "max(abs(hook(0.lora_A))) >= max(hook(0.lora_A))", "min(abs(hook(0.lora_A))) >= 0",
      "norm(hook(0.lora_A), hook(0.lora_B)) >= norm(hook(0.lora_A))", "loss > 0",
    ])
  func observations(text: String) throws {
    #expect(try value(text, in: Self.stepped).flag == true)
  }

  @Test(
    "a mistake is an error that points at it",
    arguments: [
      ("", "an expression is needed", ""),
      ("1 +", "a number, a function or '(' is missing", "+"),
      ("(1 + 2", "')' is missing", "("),
      ("1 2", "unexpected '2'", "2"),
      ("1 = 1", "'=' compares nothing here; write == or ~=", "="),
      ("nrom(3)", "no function 'nrom'; did you mean 'norm'?", "nrom"),
      ("1.2.3", "'1.2.3' is not a number", "1.2.3"),
      ("$", "a variable's name is missing after $", "$"),
      ("hook()", "write hook(P[, ID])", "hook()"),
      ("rel(1)", "write rel(A, B)", "rel(1)"),
      ("norm(hook(0.lora_X))", "no parameter or module '0.lora_X'; did you mean '0.lora_A'?", "0.lora_X"),
      (
        "2 + c(0.base_layer)", "base_model.model.0.base_layer.weight is frozen: the step does not change it",
        "0.base_layer"
      ),
      (
        "hook(0.lora_A) + hook(0.lora_B)", "the shapes [8, 6] and [5, 8] do not fit together",
        "hook(0.lora_A) + hook(0.lora_B)"
      ),
      ("1 < hook(0.lora_A)", "'<' cannot be used on a number and a tensor [8, 6]", "1 < hook(0.lora_A)"),
      ("1 and 2 > 1", "a comparison is needed here", "1"),
      ("hook(0.lora_A, 7)", "hook 7 is not on base_model.model.0.lora_A.default.weight; 1 is", "7"),
      ("hook(0.lora_A, 1.5)", "a hook's ID is a whole number", "1.5"),
      ("hook(", "the name of a parameter or module is missing", "("),
      (
        "0.lora_B",
        "'0.lora_B' is not a number; a parameter is named inside a function, such as hook(0.lora_A) "
          + "('help expressions' lists them)",
        "0.lora_B"
      ),
      (
        "lora_B",
        "no function 'lora_B'; a parameter is named inside a function, such as hook(0.lora_A) "
          + "('help expressions' lists them)", "lora_B"
      ), ("momentum > 0", "no function 'momentum'; it is a setting: show momentum", "momentum"),
      ("1 ~= 1 within -1", "the tolerance must be at least 0", "-1"),
      ("total_norm", "nothing was clipped in this step; set max_grad_norm first", "total_norm"),
      ("1 ~= 2 within hook(0.lora_A)", "the tolerance must be a number", "hook(0.lora_A)"),
    ])
  func mistakes(text: String, message: String, pointsAt: String) throws {
    let error = try #require(failure { () throws(DebuggerError) in try value(text, in: Self.stepped) })
    #expect(error.message == message)
    let characters = Array(text)
    let range = error.range ?? 0..<0
    #expect(range.upperBound <= characters.count)
    #expect(String(characters[range]) == pointsAt)
  }

  @Test("before the first step there is nothing to look at")
  func tooEarly() throws {
    let fresh = try session("linear 6 5")
    #expect(
      failure { () throws(DebuggerError) in try value("loss", in: fresh) }?.message.hasPrefix("no step was taken")
        == true)
  }

  @Test("inside a step what is not there yet says so")
  func insideStep() throws {
    var made = try session("linear 6 5")
    _ = try made.configure { $0.hooks = [HookRequest(id: 1, target: nil)] }
    _ = try made.advance()
    func message(_ text: String) -> String? {
      failure { () throws(DebuggerError) in try value(text, in: made) }?.message
    }
    #expect(message("loss") == "there is no loss yet in this step")
    #expect(message("hook(0.lora_B)") == "the hook never fired")
    #expect(message("eff(0.lora_B)")?.hasPrefix("the optimizer has not written it yet") == true)
    #expect(message("c(0.lora_B)") == "c is undefined: the optimizer has not written it yet")
    #expect(try value("norm(before(0.lora_B)) == 0", in: made).flag == true)
  }

  @Test("nesting without end is an error, not a crash")
  func depth() {
    for text in [
      String(repeating: "(", count: 50_000), String(repeating: "abs(", count: 20_000) + "1",
      String(repeating: "-", count: 50_000) + "x", String(repeating: "not ", count: 20_000),
    ] {
      #expect(failure { () throws(DebuggerError) in try value(text, in: Session()) } != nil)
    }
    let sum = { Array(repeating: "1", count: $0).joined(separator: "+") }
    #expect((try? value(sum(500), in: Session()).number) == 500)
    let tooLong = failure { () throws(DebuggerError) in try value(sum(30_000), in: Session()) }
    #expect(tooLong?.message == "the expression has more than 500 operators")
  }
}
