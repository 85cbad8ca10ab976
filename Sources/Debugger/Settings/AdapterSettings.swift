import LoRA

extension Setting {
  /// PEFT's `LoraConfig`, and what can be done with the adapter.
  static let adapterSettings: [Setting] = [
    .count(
      "r", aliases: ["rank", "lora_r"], \.lora.r, LoraConfig.ranks,
      torch: "`r` should be a positive integer value but the value passed is",
      "the adapter's rank; changing it re-initializes the adapter"),
    .number("lora_alpha", aliases: ["alpha"], \.lora.loraAlpha, "the scale is lora_alpha/r; changing it keeps A and B"),
    .flag("use_rslora", \.lora.useRslora, "scale by lora_alpha/sqrt(r)"),
    .flag("use_dora", \.lora.useDora, "train direction and magnitude apart (DoRA); the norm is detached, as in PEFT"),
    .number(
      "lora_dropout", \.lora.loraDropout, 0...1, torch: "dropout probability has to be between 0 and 1, but got",
      "the chance that an input of lora_A is dropped; the masks follow from the seed, but are not torch's"),
    .name("init_lora_weights", \.lora.initLoraWeights, "how A and B begin; pissa and olora change the base weight too"),
    Setting(
      name: "target_modules", aliases: [], values: "all-linear|none|NAME,...|REGEX",
      help: "modules that get an adapter: names, suffixes or globs, or one regular expression for the whole name; "
        + "none trains the base weights themselves",
      choices: ["all-linear", "none"], get: { $0.lora.targetModules.description }
    ) { configuration, words throws(DebuggerError) in
      let targets = try DebuggerError.wrap { () throws(LoraError) in
        try TargetModules(words.joined(separator: ","))
      }
      guard targets != .names([]) else {
        throw DebuggerError("target_modules needs names, all-linear, or none")
      }
      configuration.lora.targetModules = targets
    },
    Setting(
      name: "exclude_modules", aliases: [], values: "none|NAME,...|REGEX",
      help: "modules that get no adapter although target_modules names them", choices: ["none"],
      get: { $0.lora.excludeModules?.description ?? "none" }
    ) { configuration, words throws(DebuggerError) in
      let rule = try DebuggerError.wrap { () throws(LoraError) in try TargetModules(words.joined(separator: ",")) }
      guard rule != .names([]), rule != .allLinear else {
        throw DebuggerError("exclude_modules needs names, a regular expression, or none")
      }
      configuration.lora.excludeModules = rule == .none ? nil : rule
    },
    Setting(
      name: "layers_to_transform", aliases: [], values: "all|N ...",
      help: "the decoder layers whose modules get adapters, counted from 0", choices: ["all"],
      get: { $0.lora.layersToTransform.map { $0.map(String.init).joined(separator: " ") } ?? "all" }
    ) { configuration, words throws(DebuggerError) in
      if words == ["all"] {
        configuration.lora.layersToTransform = nil
        return
      }
      var layers: [Int] = []
      for (index, word) in words.enumerated() {
        for part in word.split(separator: ",") {
          guard let layer = Int(part), layer >= 0 else {
            throw DebuggerError("layers_to_transform needs numbers of layers, not '\(part)'", word: index)
          }
          layers.append(layer)
        }
      }
      guard !layers.isEmpty else { throw DebuggerError("layers_to_transform needs numbers of layers, or all") }
      configuration.lora.layersToTransform = layers
    },
    .names("layers_pattern", \.lora.layersPattern, "what stands before a layer's number in a module's name"),
    .patterns("rank_pattern", \.lora.rankPattern, areCounts: true, "r of single modules"),
    .patterns("alpha_pattern", \.lora.alphaPattern, areCounts: false, "lora_alpha of single modules"),
    .name("bias", \.lora.bias, "which biases of the base model are trained, too"),
    .names(
      "modules_to_save", \.lora.modulesToSave,
      "modules that are trained as a whole, as copies: those whose names end so, as in PEFT"),
    .flag("merged", \.isMerged, "merge_adapter(): B A goes into the base weights, and the loss needs no gradient"),
    .flag("adapters", \.usesAdapters, "off: disable_adapter(), the forward pass goes past the adapter"),
  ]

  /// `none`, or names with commas between them.
  private static func names(_ name: String, _ path: Path<[String]>, _ help: String) -> Setting {
    Setting(
      name: name, aliases: [], values: "none|NAME,...", help: help, choices: ["none"],
      get: { $0[keyPath: path].isEmpty ? "none" : $0[keyPath: path].joined(separator: ",") }
    ) { configuration, words throws(DebuggerError) in
      let names = words.joined(separator: ",").split(separator: ",").map(String.init)
      guard !names.isEmpty else { throw DebuggerError("\(name) needs names, or none") }
      configuration[keyPath: path] = names == ["none"] ? [] : names
    }
  }

  /// `KEY=VALUE ...`, where KEY is PEFT's regular expression for the end of a module's name.
  private static func patterns(
    _ name: String, _ path: Path<ModulePatterns>, areCounts: Bool, _ help: String
  ) -> Setting {
    Setting(
      name: name, aliases: [], values: "KEY=X ...|off",
      help: help + "; KEY is a name, or a regular expression for the end of one, as in PEFT", choices: ["off"],
      get: { configuration in
        let entries = configuration[keyPath: path].entries
        return entries.isEmpty
          ? "off" : entries.map { "\($0.key)=\(formatNumber($0.value))" }.joined(separator: " ")
      }
    ) { configuration, words throws(DebuggerError) in
      if words == ["off"] || words == ["{}"] {
        configuration[keyPath: path] = ModulePatterns()
        return
      }
      let entries = try patternEntries(words, name, areCounts: areCounts)
      configuration[keyPath: path] = try DebuggerError.wrap { () throws(LoraError) in try ModulePatterns(entries) }
    }
  }

  /// Also takes a Python dict, `{'0': 4, '2': 8}`, and commas between the entries.
  private static func patternEntries(
    _ words: [String], _ name: String, areCounts: Bool
  ) throws(DebuggerError) -> [(key: String, value: Double)] {
    guard !words.isEmpty else { throw DebuggerError("\(name) needs KEY=VALUE, as in: set \(name) 0=4") }
    var entries: [(key: String, value: Double)] = []
    for (index, word) in words.enumerated() {
      for part in word.split(separator: ",") {
        let text = part.filter { !"{}'\" ".contains($0) }
        if text.isEmpty { continue }
        guard let separator = text.lastIndex(where: { $0 == "=" || $0 == ":" }), separator != text.startIndex else {
          // In `{'0': 4}` a blank stands after the colon.
          guard let last = entries.last, last.value.isNaN else {
            throw DebuggerError("\(name) needs KEY=VALUE, not '\(text)'", word: index)
          }
          entries[entries.count - 1].value = try patternValue(text, name, areCounts, index)
          continue
        }
        let value = String(text[text.index(after: separator)...])
        let key = String(text[..<separator])
        entries.append((key, value.isEmpty ? .nan : try patternValue(value, name, areCounts, index)))
      }
    }
    guard !entries.isEmpty, !entries.contains(where: \.value.isNaN) else {
      throw DebuggerError("\(name) needs KEY=VALUE, as in: set \(name) 0=4")
    }
    return entries
  }

  private static func patternValue(
    _ text: String, _ name: String, _ isCount: Bool, _ word: Int
  ) throws(DebuggerError) -> Double {
    guard let value = Double(text), value.isFinite,
      !isCount || Int(exactly: value).map(LoraConfig.ranks.contains) ?? false
    else {
      let numbers =
        isCount ? "whole numbers from \(LoraConfig.ranks.lowerBound) to \(LoraConfig.ranks.upperBound)" : "numbers"
      throw DebuggerError("\(name) needs \(numbers), not '\(text)'", word: word)
    }
    return value
  }
}
