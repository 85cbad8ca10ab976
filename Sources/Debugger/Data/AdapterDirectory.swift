import Autograd
import FoundationEssentials
import LoRA
import Models
import Tensors

// A PEFT adapter: a directory with adapter_config.json and adapter_model.safetensors.

extension Session {
  /// `load adapter DIR`: what `PeftModel.from_pretrained(model, DIR, is_trainable=True)` makes of it.
  public mutating func loadAdapter(_ directory: String) throws(DebuggerError) -> [String] {
    guard let definition = configuration.model else {
      throw DebuggerError("no model yet; write first: load model DIR")
    }
    let path = directoryName(directory)
    let json = try DebuggerError.wrap { () throws(JSONError) in try JSONObject(path: path + "/adapter_config.json") }
    let file = try Session.adapterFile(path)
    var wanted = configuration
    wanted.lora = try DebuggerError.wrap { () throws(JSONError) in
      try LoraConfig(json, targets: file.adaptedModules)
    }
    (wanted.isMerged, wanted.usesAdapters, wanted.weights) = (false, true, [:])
    let built: BuiltModel
    do {
      built = try BuiltModel(definition, wanted, after: model)
    } catch {
      throw DebuggerError("\(path) does not fit \(definition.title): \(error.message)")
    }
    guard !file.names.isEmpty else { throw DebuggerError("\(file.path) holds no tensors") }
    let (tensors, missing) = try built.graph.tensors(of: file, in: configuration.dtype)
    var notes =
      missing.isEmpty
      ? []
      : [
        "warning: \(file.path) lacks \(counted(missing.count, "tensor")) of the adapter, which "
          + "begin\(missing.count == 1 ? "s" : "") afresh: \(missing.prefix(2).joined(separator: ", "))"
          + (missing.count > 2 ? ", ..." : "")
      ]
    let base = tensors.keys.filter { name in !built.graph.parameters.contains { $0.name == name && $0.requiresGrad } }
    if let name = base.min() {
      notes.append("warning: \(file.path) replaces \(base.count) of the base model's own tensors, as in PEFT: \(name)")
    }
    notes += try configure { changed throws(DebuggerError) in
      changed.lora = wanted.lora
      (changed.isMerged, changed.usesAdapters) = (false, true)
      changed.weights.merge(tensors) { $1 }
      changed.weightsAreNew = true
    }
    let config = configuration.lora
    notes.append(
      "\(tensors.count) tensors from \(path): r \(config.r), lora_alpha \(shortNumber(config.loraAlpha)) on "
        + "\(built.layers.count) modules")
    return notes
  }

  private static func adapterFile(_ directory: String) throws(DebuggerError) -> SafetensorsFile {
    let path = directory + "/adapter_model.safetensors"
    if !fileExists(path), fileExists(directory + "/adapter_model.bin") {
      throw DebuggerError(
        "\(directory) has its weights in adapter_model.bin only, a pickle, which could run anything and is never read; "
          + "in Python: save the adapter again with save_pretrained(DIR)")
    }
    return try DebuggerError.wrap { () throws(SafetensorsError) in try SafetensorsFile(path: path) }
  }

  /// `save adapter DIR`: what `PeftModel.from_pretrained(model, DIR)` loads.
  public func saveAdapter(_ directory: String) throws(DebuggerError) -> String {
    guard let model, let definition = configuration.model, let state = machine?.state ?? state else {
      throw Session.noModel
    }
    guard !model.layers.isEmpty else { throw DebuggerError("there is no adapter to save: target_modules is none") }
    try refuseMerged()
    var tensors: [String: Tensor] = [:]
    for (parameter, value) in zip(model.graph.parameters, state.parameters) where parameter.requiresGrad {
      tensors[parameter.nameInAdapter] = value
    }
    // PEFT saves an adapted output layer's own weight, too.
    for layer in model.layers where layer.module == model.graph.outputEmbeddings {
      tensors[model.graph.modules[layer.module].path + ".base_layer.weight"] = state.parameters[layer.weight]
    }
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      let json = try encoder.encode(configuration.lora.json(model, base: definition))
      try json.write(to: URL(filePath: directory + "/adapter_config.json"), options: .atomic)
    } catch {
      throw DebuggerError("cannot write \(directory): check that it is a directory that can be written to")
    }
    try write(tensors, directory + "/adapter_model.safetensors")
    return "\(tensors.count) tensors and adapter_config.json written to \(directory)"
  }
}

extension SafetensorsFile {
  /// The paths of the modules that it has a lora_A for.
  fileprivate var adaptedModules: [String] {
    names.compactMap { name in
      guard name.hasSuffix(".lora_A.weight") else { return nil }
      return String(name.dropLast(".lora_A.weight".count))
    }
  }
}

extension ModuleGraph.Parameter {
  /// PEFT leaves the adapter's name out in a file.
  fileprivate var nameInAdapter: String {
    for part in [".lora_A", ".lora_B"] where name.hasSuffix(part + ".default.weight") {
      return name.dropLast(".default.weight".count) + ".weight"
    }
    if name.hasSuffix(".lora_magnitude_vector.default.weight") {
      return String(name.dropLast(".default.weight".count))
    }
    return name.replacing(".modules_to_save.default", with: "")
  }
}

extension ModuleGraph {
  /// An adapter file's tensors under their names in the model, checked, and the adapter's parameters that it lacks.
  fileprivate func tensors(
    of file: SafetensorsFile, in dtype: DType
  ) throws(DebuggerError) -> (found: [String: Tensor], missing: [String]) {
    var byName: [String: Int] = [:]
    // A module to save goes by the same name as its original: the trained one counts.
    for (index, parameter) in parameters.enumerated() {
      for name in [parameter.nameInAdapter] + parameter.aliases where byName[name] == nil || parameter.requiresGrad {
        byName[name] = index
      }
    }
    var found: [String: Tensor] = [:]
    for name in file.names {
      guard let index = byName[name] else {
        throw DebuggerError(
          "\(file.path): '\(name)' has no place in this model with the modules that adapter_config.json names"
            + didYouMean(name, among: Array(byName.keys)))
      }
      let tensor = try DebuggerError.wrap { () throws(SafetensorsError) in try file.tensor(name) }
      let parameter = parameters[index]
      try tensor.requireShape(parameter.shape, "\(file.path): '\(name)'")
      try tensor.requireFinite(in: dtype, "\(file.path): '\(name)'")
      found[parameter.name] = tensor
    }
    let missing = parameters.filter { $0.requiresGrad && found[$0.name] == nil }.map(\.nameInAdapter)
    return (found, missing)
  }
}

extension LoraConfig {
  /// As PEFT writes it.
  fileprivate func json(_ model: BuiltModel, base: any ModelDefinition) -> JSONValue {
    func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .text($0) }) }
    let prefix = "base_model.model."
    let targets = model.layers.map { String(model.graph.modules[$0.module].path.dropFirst(prefix.count)) }
    // Of several patterns the first that fits counts, and a JSON object has no order: each module gets its own.
    func numbers(_ patterns: ModulePatterns) -> JSONValue {
      let pairs =
        patterns.entries.count > 1
        ? targets.compactMap { path in patterns.value(for: path).map { (path, $0.asJSON) } }
        : patterns.entries.map { ($0.key, $0.value.asJSON) }
      return .object(Dictionary(pairs) { first, _ in first })
    }
    let isLanguageModel = if case .tokens = base.input { true } else { false }
    return .object([
      "peft_type": .text("LORA"), "task_type": isLanguageModel ? .text("CAUSAL_LM") : .null,
      "base_model_name_or_path": (base as? HuggingFaceModel).map { .text($0.directory) } ?? .null,
      "inference_mode": .flag(true), "r": .integer(r), "lora_alpha": loraAlpha.asJSON,
      "lora_dropout": loraDropout.asJSON,
      "use_rslora": .flag(useRslora), "use_dora": .flag(useDora),
      "init_lora_weights": initLoraWeights == .default
        ? .flag(true) : initLoraWeights == .false ? .flag(false) : .text(initLoraWeights.rawValue),
      // The modules by their whole names: no rule has to be read the same way elsewhere.
      "target_modules": texts(targets), "rank_pattern": numbers(rankPattern), "alpha_pattern": numbers(alphaPattern),
      "bias": .text(bias.rawValue), "modules_to_save": modulesToSave.isEmpty ? .null : texts(modulesToSave),
      "fan_in_fan_out": .flag(model.layers.contains(where: \.isTransposed)),
    ])
  }
}

extension Double {
  fileprivate var asJSON: JSONValue { Int(exactly: self).map { .integer($0) } ?? .number(self) }
}
