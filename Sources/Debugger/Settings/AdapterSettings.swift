import LoRA

extension Setting {
  /// PEFT's `LoraConfig`.
  static let adapterSettings: [Setting] = [
    .count("r", aliases: ["rank"], \.lora.r, 1...65_536, "the adapter's rank; changing it re-initializes the adapter"),
    .number("lora_alpha", aliases: ["alpha"], \.lora.loraAlpha, "the scale is lora_alpha/r; changing it keeps A and B"),
    .flag("use_rslora", \.lora.useRslora, "scale by lora_alpha/sqrt(r)"),
    Setting(
      name: "target_modules", aliases: [], values: "all-linear|none|NAME,...",
      help: "modules that get an adapter: names, suffixes or globs; none trains the base weights themselves",
      choices: ["all-linear", "none"], get: { $0.lora.targetModules.description }
    ) { configuration, words throws(DebuggerError) in
      let targets = TargetModules(words.joined(separator: ","))
      guard targets != .names([]) else {
        throw DebuggerError("target_modules needs names, all-linear, or none")
      }
      configuration.lora.targetModules = targets
    },
  ]
}
