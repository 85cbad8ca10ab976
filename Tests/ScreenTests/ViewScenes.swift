import Screen

/// What the panes can show, each in three sizes; and without colours, where colours say something.
extension Scene {
  /// A hook that kept the last of two gradients, clipping and momentum: no single factor explains the update.
  private static let departing = [
    "model linear 16 16", "set r 16", "set lora_alpha 16", "set lr 1", "set momentum 0.9", "set max_grad_norm 0.05",
    "set gradient_accumulation_steps 2", "hook all", "step 5",
  ]

  private static let transformer = [
    "model transformer num_hidden_layers=2", "set scheduler cosine", "set warmup_steps 2", "set total_steps 12",
    "set loraplus_lr_ratio 16", "set max_grad_norm 0.05", "hook all", "step 4",
  ]

  private static let branched =
    departing + ["back 2", "branch lower-lr", "set lr 0.1", "step 4", "break at clip_norm", "break 0.lora_B", "back 1"]

  private static let sizes = [
    Size(columns: 80, rows: 24), Size(columns: 120, rows: 40), Size(columns: 200, rows: 60),
  ]

  private typealias Adjustment = @Sendable (inout ScreenState, Size) -> Void

  private static func scenes(
    _ name: String, _ commands: [String], saysMoreInColor: Bool = false, _ adjust: @escaping Adjustment
  ) -> [Scene] {
    let colored = sizes.map { Scene(name: name, size: $0, commands: commands, adjust: adjust) }
    guard saysMoreInColor else { return colored }
    return colored
      + sizes.map { size in
        Scene(name: name + "-monochrome", size: size, commands: commands) { state, size in
          adjust(&state, size)
          state.colors = .none
        }
      }
  }

  static let views: [Scene] = [
    scenes("numbers", departing) { _, _ in },
    scenes("heat-map", departing, saysMoreInColor: true) { state, _ in state.view = .heat },
    scenes("histogram", departing, saysMoreInColor: true) { state, _ in state.view = .histogram },
    scenes("difference", departing, saysMoreInColor: true) { state, _ in
      state.view = .heat
      state.showsDifference = true
    },
    scenes("cursor", departing, saysMoreInColor: true) { state, size in
      state.moveFocus(to: .matrices, in: size)
      state.moveCell(across: .lines(2), down: .toEnd, in: size)
    },
    scenes("minimap", transformer + ["select layers.1.mlp.up_proj.lora_A"], saysMoreInColor: true) { state, size in
      state.moveFocus(to: .matrices, in: size)
      state.moveCell(across: .pages(2), in: size)
    },
    scenes("filter", transformer) { state, size in
      state.moveFocus(to: .parameters, in: size)
      state.listing.isTyping = true
      state.listing.filter = "mlp lora_b"
    },
    scenes("tree", transformer + ["select layers.1.self_attn.k_proj.lora_B"]) { state, size in
      state.moveFocus(to: .parameters, in: size)
    },
    scenes("sorted", transformer) { state, _ in state.listing.order = .departure },
    scenes("branches", branched) { state, size in
      state.moveFocus(to: .timeline, in: size)
      state.moveMark(.lines(-2))
    },
    scenes("phases", branched + ["event 14"]) { _, _ in },
    scenes("help", departing) { state, _ in
      state.help = HelpOverlay(
        [HelpOverlay.Row(text: "everywhere")]
          + (1...30).map { HelpOverlay.Row(keys: "F\($0)", text: "what the key number \($0) does") })
    },
    scenes("reading-back", departing) { state, size in
      state.moveFocus(to: .transcript, in: size)
      state.scrollTranscript(.lines(-3), in: size)
    },
  ].flatMap { $0 }
}
