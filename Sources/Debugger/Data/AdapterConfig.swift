import LoRA
import Tensors

// PEFT's adapter_config.json, read and written.

extension LoraConfig {
  /// Keys that change what an adapter computes in ways that lorascope does not have.
  private static let unsupported = [
    "lora_bias", "use_qalora", "layer_replication", "target_parameters", "trainable_token_indices",
    "alora_invocation_tokens", "use_bdlora", "arrow_config", "kasa_config", "velora_config",
    "monteclora_config", "megatron_config", "ensure_weight_tying",
  ]

  /// `targets` are the modules that the adapter's file has tensors for, where the config names none.
  init(_ json: JSONObject, targets: [String]) throws(JSONError) {
    self.init()
    guard let type = try json.text("peft_type") else {
      throw JSONError(message: "\(json.path) has no 'peft_type': it is no adapter's config")
    }
    guard type == "LORA" else { throw json.error("peft_type", "is \(type); lorascope knows LORA alone") }
    for key in LoraConfig.unsupported {
      switch json.value(key) {
      case nil, .flag(false), .array([]), .object([:]), .text(""): continue
      default: throw json.error(key, "is set, which lorascope does not support")
      }
    }
    r = try json.count("r", LoraConfig.ranks) ?? r
    loraAlpha = try json.number("lora_alpha") ?? loraAlpha
    useRslora = try json.flag("use_rslora") ?? false
    useDora = try json.flag("use_dora") ?? false
    loraDropout = try json.number("lora_dropout") ?? 0
    guard (0...1).contains(loraDropout) else { throw json.error("lora_dropout", "must be from 0 to 1") }
    initLoraWeights = try LoraInitialization(json)
    rankPattern = try ModulePatterns(json, "rank_pattern")
    alphaPattern = try ModulePatterns(json, "alpha_pattern")
    targetModules = try TargetModules(json, "target_modules") ?? .names(targets)
    excludeModules = try TargetModules(json, "exclude_modules")
    layersToTransform = try json.layers("layers_to_transform")
    layersPattern = try json.texts("layers_pattern") ?? []
    modulesToSave = try json.texts("modules_to_save") ?? []
    let name = try json.text("bias") ?? "none"
    guard let bias = BiasTraining(rawValue: name) else {
      throw json.error("bias", "is \"\(name)\"; it is none, all or lora_only")
    }
    self.bias = bias
  }
}

extension LoraInitialization {
  /// A and B come from the file; what matters is whether the base weights are changed before.
  fileprivate init(_ json: JSONObject) throws(JSONError) {
    switch json.value("init_lora_weights") {
    case nil, .flag(true), .text("eva"), .text("orthogonal"): self = .default
    case .flag(false): self = .false
    case .text(let name):
      guard let known = LoraInitialization(rawValue: name) else {
        throw json.error(
          "init_lora_weights", "is \"\(name)\", which changes the base weights in a way lorascope has not")
      }
      self = known
    case .some(let other): throw json.error("init_lora_weights", "is \(other.shown)")
    }
  }
}

extension ModulePatterns {
  fileprivate init(_ json: JSONObject, _ key: String) throws(JSONError) {
    guard let object = try json.object(key) else {
      self.init()
      return
    }
    var entries: [(key: String, value: Double)] = []
    for name in json.orderedKeys(key) {
      guard let value = try object.number(name) else { continue }
      if key == "rank_pattern", !(Int(exactly: value).map(LoraConfig.ranks.contains) ?? false) {
        throw object.error(name, "is \(value); a rank is needed")
      }
      entries.append((name, value))
    }
    do {
      try self.init(entries)
    } catch {
      throw json.error(key, "cannot be used: " + error.message)
    }
  }
}

extension TargetModules {
  /// A list is one of names, a text one regular expression, as in PEFT.
  fileprivate init?(_ json: JSONObject, _ key: String) throws(JSONError) {
    guard case .text(let text) = json.value(key) else {
      guard let names = try json.texts(key), !names.isEmpty else { return nil }
      self = .names(names)
      return
    }
    if text.lowercased() == "all-linear" {
      self = .allLinear
      return
    }
    do {
      try self.init(pattern: text)
    } catch {
      throw json.error(key, "cannot be used: " + error.message)
    }
  }
}

extension JSONObject {
  fileprivate func layers(_ key: String) throws(JSONError) -> [Int]? {
    switch value(key) {
    case nil: return nil
    case .integer(let layer): return [layer]
    case .array(let items):
      var layers: [Int] = []
      for item in items {
        guard case .integer(let layer) = item else { throw error(key, "needs numbers of layers") }
        layers.append(layer)
      }
      return layers.isEmpty ? nil : layers
    case .some: throw error(key, "needs numbers of layers")
    }
  }
}
