import Commands
import Debugger
import Screen
import Testing

/// Something to look at: a session as commands bring it about, on a screen of a certain size.
struct Scene: Sendable, CustomTestStringConvertible {
  let name: String
  let size: Size
  let commands: [String]
  let typed: String
  let adjust: @Sendable (inout ScreenState, Size) -> Void

  var testDescription: String { "\(name)-\(size.columns)x\(size.rows)" }

  /// The case of peft #1893 after two steps.
  static let clipped = [
    "model linear 16 16", "set r 16", "set lora_alpha 16", "set lr 1", "set max_grad_norm 0.05", "hook all", "step 2",
  ]

  private static let small = Size(columns: 80, rows: 24)

  static let all = basic + views

  private static let basic: [Scene] = [
    Scene(name: "start", size: small, commands: []),
    // The case of peft #1893, as the README shows it.
    Scene(
      name: "readme", size: Size(columns: 110, rows: 36),
      commands: [
        "model linear 16 16", "set r 16; set lora_alpha 16; set lr 1", "loss mse reduction=sum",
        "set max_grad_norm 1.0        # the HF Trainer's default", "hook all at tensor", "step 2", "explain 0.lora_B",
      ]
    ) { state, _ in
      state.view = .heat
      state.name = "peft-1893"
    },
    Scene(name: "no-step", size: small, commands: ["model linear 16 16", "hook all"]),
    Scene(name: "clipped", size: small),
    Scene(name: "clipped", size: Size(columns: 120, rows: 40)),
    Scene(name: "clipped", size: Size(columns: 200, rows: 60)),
    Scene(name: "clipped", size: Size(columns: 60, rows: 14)),
    Scene(name: "clipped", size: Size(columns: 59, rows: 14)),
    Scene(name: "clipped", size: Size(columns: 20, rows: 5)),
    Scene(name: "ascii", size: small) { state, _ in state.glyphs = .ascii },
    Scene(name: "heat", size: small) { state, _ in state.view = .heat },
    Scene(
      name: "heat-scrolled", size: small,
      adjust: { state, _ in
        state.view = .heat
        state.scroll = Position(column: 9, row: 4)
      }),
    Scene(name: "inside-step", size: small, commands: clipped + ["event 8"]),
    Scene(name: "optimizer-half-way", size: Size(columns: 100, rows: 30), commands: clipped + ["event 18"]),
    Scene(
      name: "slot-per-module", size: Size(columns: 120, rows: 30),
      commands: ["set target_modules none", "model linear 4 3", "hook all slot=module", "step", "select 0.bias"]),
    Scene(
      name: "frozen", size: Size(columns: 100, rows: 30),
      commands: ["model mlp 6 7 4", "hook all", "step", "select 2.base_layer"]),
    Scene(name: "no-hook", size: small, commands: ["model mlp 6 7 4", "step"]),
    Scene(name: "lr-zero", size: small, commands: ["set lr 0", "model mlp 6 7 4", "hook all", "step"]),
    Scene(
      name: "completion", size: small, typed: "set max_g",
      adjust: { state, _ in
        state.candidates = Array(repeating: ["max_grad_norm", "maximize", "momentum"], count: 9).flatMap { $0 }
      }),
    Scene(
      name: "scrolled-back", size: small,
      adjust: { state, _ in
        state.transcriptScroll = 6
        state.activity = "1200 of 100000, 52000/s, 2 s left; Ctrl-C stops"
      }),
    Scene(
      name: "wide-glyphs", size: Size(columns: 40, rows: 16), typed: "say 中文 é e\u{301}",
      adjust: { state, _ in
        state.transcript.append(.init("梯度下降梯度下降梯度下降梯度下降梯度下降梯度下降", .said))
        state.transcript.append(.init("a\tb \u{1B}[31mred\u{7} naïve é", .text))
      }),
  ]

  init(
    name: String, size: Size, commands: [String] = Scene.clipped, typed: String = "",
    adjust: @escaping @Sendable (inout ScreenState, Size) -> Void = { _, _ in }
  ) {
    (self.name, self.size, self.commands, self.typed, self.adjust) = (name, size, commands, typed, adjust)
  }

  var state: ScreenState {
    var state = ScreenState()
    state.name = "scene"
    var interpreter = Interpreter()
    var lines: [ScreenState.Line] = []
    interpreter.emit = { message in
      if let text = TextRenderer(color: false).text(message) { lines.append(.init(text, .text)) }
    }
    // In float64, so that another processor's rounding changes no digit that is shown.
    _ = interpreter.enter("set dtype float64")
    for command in commands {
      lines.append(.init("(lorascope) " + command, .command))
      _ = interpreter.enter(command)
    }
    state.transcript = lines
    state.session = interpreter.session
    state.selection = interpreter.selection
    let prompt = state.prompt.prompt
    state.prompt = .init(prompt: prompt, text: typed, cursor: (prompt + typed).columns)
    adjust(&state, size)
    return state
  }
}
