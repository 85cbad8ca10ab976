import Training

extension Setting {
  /// `torch.optim`, with its names and defaults.
  static let optimizerSettings: [Setting] = [
    .choice(
      "optimizer", OptimizerKind.all.map(\.name), "the torch.optim class",
      get: { $0.training.optimizer }, set: { $0.training.optimizer = $1 }),
    .number("lr", \.training.lr, minimum: 0, "the learning rate, from the next step on"),
    .number("momentum", \.training.optimizerSettings.momentum, minimum: 0, "SGD's momentum"),
    .number("dampening", \.training.optimizerSettings.dampening, "SGD's dampening of the momentum"),
    .flag("nesterov", \.training.optimizerSettings.nesterov, "SGD with Nesterov momentum"),
    .number(
      "weight_decay", \.training.optimizerSettings.weightDecay, minimum: 0, "the L2 penalty, added to the gradient"),
    .flag("maximize", \.training.optimizerSettings.maximize, "step along the gradient instead of against it"),
    .number("loraplus_lr_ratio", \.training.loraplusLrRatio, minimum: 0, "lr of lora_B = lr x this (LoRA+)"),
  ]
}
