import Training

extension Setting {
  /// `torch.optim`, with its names and defaults.
  static let optimizerSettings: [Setting] = [
    .choice(
      "optimizer", OptimizerKind.all.map(\.name), "the torch.optim class",
      meanings: Dictionary(
        uniqueKeysWithValues: OptimizerKind.all.map { ($0.name, "reads " + $0.settings.joined(separator: ", ")) }),
      get: { $0.training.optimizer }, set: { $0.training.optimizer = $1 }),
    .number(
      "lr", aliases: ["learning_rate"], \.training.lr, 0..., torch: "Invalid learning rate:",
      "the learning rate, from the next step on"),
    .number(
      "momentum", \.training.optimizerSettings.momentum, 0..., torch: "Invalid momentum value:", "SGD's momentum"),
    .number("dampening", \.training.optimizerSettings.dampening, "SGD's dampening of the momentum"),
    .flag("nesterov", \.training.optimizerSettings.nesterov, "SGD with Nesterov momentum"),
    Setting(
      name: "weight_decay", aliases: [], values: "X|default",
      help:
        "SGD, Adam: the L2 penalty, added to the gradient (default 0); AdamW: the weights' own decay (default 0.01)",
      choices: ["default"],
      get: { configuration in
        let standard = OptimizerKind.named(configuration.training.optimizer)?.weightDecay ?? 0
        return formatNumber(configuration.training.optimizerSettings.weightDecay ?? standard)
      }
    ) { configuration, words throws(DebuggerError) in
      configuration.training.optimizerSettings.weightDecay =
        words == ["default"] ? nil : try parseNumber(words, "weight_decay", 0..., torch: "Invalid weight_decay value:")
    },
    .flag("maximize", \.training.optimizerSettings.maximize, "step along the gradient instead of against it"),
    Setting(
      name: "betas", aliases: [], values: "B1 B2", help: "Adam's decay of the first and of the second moment",
      choices: [], get: { $0.training.optimizerSettings.betas.map(formatNumber).joined(separator: " ") }
    ) { configuration, words throws(DebuggerError) in
      // `0.9,0.999` and `(0.9, 0.999)` are understood as well.
      let texts = words.flatMap { $0.split { ",() ".contains($0) }.map(String.init) }
      guard texts.count == 2 else { throw DebuggerError("betas needs two numbers, as in: set betas 0.9 0.999") }
      var betas: [Double] = []
      for (index, text) in texts.enumerated() {
        guard let beta = Double(text), beta >= 0, beta < 1 else {
          throw DebuggerError(
            "Invalid beta parameter at index \(index): \(text); betas are at least 0 and below 1",
            word: min(index, words.count - 1))
        }
        betas.append(beta)
      }
      configuration.training.optimizerSettings.betas = betas
    },
    .number(
      "eps", \.training.optimizerSettings.eps, 0..., torch: "Invalid epsilon value:",
      "what Adam adds to the root of the second moment"),
    .flag("amsgrad", \.training.optimizerSettings.amsgrad, "Adam with the largest second moment so far"),
    .number(
      "loraplus_lr_ratio", \.training.loraplusLrRatio, 0...,
      "lr of lora_B, and of DoRA's magnitudes, = lr x this (LoRA+)"),
  ]
}
