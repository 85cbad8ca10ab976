import Debugger
import LoRA
import Models
import Tensors
import Training

// The model with its adapter, and the numbers it begins with.

extension PythonScript {
  mutating func model(_ first: TrainingCourse.Stretch) -> [String] {
    let (configuration, source) = (first.configuration, course.model.torch)
    for (module, names) in source.imports { for name in names { use(name, from: module) } }
    var lines = source.definitions.flatMap { ["", ""] + [String](lines: $0) }
    lines += pythonTitle("the model: " + course.model.title)
    if configuration.dtype == .float64, !isLanguageModel { lines.append("torch.set_default_dtype(torch.float64)") }
    let isDrawn = course.isDrawn && source.drawsTheSame && configuration.drawsAdapterLikeTorch
    if isDrawn { lines.append("torch.manual_seed(\(configuration.seed))") }
    lines += source.lines
    if configuration.plansCheckpointing(stretches), isLanguageModel { lines += ["base.train()"] + checkpointing(first) }
    lines += adapter(first)
    if configuration.dtype != .float32, isLanguageModel || configuration.dtype.is16Bit {
      lines += [
        "for p in model.parameters():  # buffers, such as rotary frequencies, keep their dtype",
        "    p.data = p.data.to(torch.\(configuration.dtype.rawValue))",
      ]
    }
    if !isDrawn { lines += startValues(first, bringsWeights: source.bringsWeights) }
    lines += [
      "# What is trained, under the names of PEFT's state dict.",
      "named = {\(namePrefix)n: p for n, p in model.named_parameters() if p.requires_grad}",
    ]
    if isDrawn {
      let sum = first.start.parameters.reduce(0) { $0 + $1.toArray().reduce(0, +) }
      lines += [
        "# The same seed draws the same numbers as in lorascope; if a torch does not, this says so.",
        "drawn = sum(p.double().sum().item() for p in model.parameters())",
        "assert abs(drawn - \(sum < 0 ? "(" : "")\(formatted(sum, "%.9g"))\(sum < 0 ? ")" : "")) < 1e-4, f\"this torch draws other random numbers: {drawn}\"",
      ]
    }
    lines += masks(first)
    if isLanguageModel, configuration.dtype == .float64 {
      note(
        "In float64 transformers computes norms, rotary positions and softmax in float32, lorascope in float64: they agree to about 1e-6."
      )
    }
    if course.stepsBefore > 0 {
      note(
        "The \(course.stepsBefore == 1 ? "step" : "\(course.stepsBefore) steps") before step \(first.first) "
          + "\(course.stepsBefore == 1 ? "was" : "were") taken with parameters that were then replaced, and "
          + "\(course.stepsBefore == 1 ? "is" : "are") not repeated.")
    }
    return lines
  }

  private mutating func adapter(_ first: TrainingCourse.Stretch) -> [String] {
    guard !first.layers.isEmpty else { return ["model = base  # no adapter: the weights themselves are trained"] }
    use("LoraConfig", "get_peft_model", from: "peft")
    let lora = first.configuration.lora
    let comment =
      lora.initLoraWeights.factorizes
      ? ["# init_lora_weights=\(python(lora.initLoraWeights.rawValue)) was asked for: what it came to is loaded below."]
      : []
    return comment + pythonCall("config = LoraConfig", lora.arguments(first)) + ["model = get_peft_model(base, config)"]
  }

  /// Puts in the numbers that torch does not draw the same.
  private mutating func startValues(_ first: TrainingCourse.Stretch, bringsWeights: Bool) -> [String] {
    let parameters = first.plan.graph.parameters
    let needed = parameters.indices.filter { !bringsWeights || course.replaced.contains(parameters[$0].name) }
    let bytes = needed.reduce(0) { $0 + first.start.parameters[$1].count * first.start.parameters[$1].dtype.size }
    let isLarge = isLarge(bytes)
    var lines: [String] = ["# The numbers it begins with."]
    if isLarge {
      for index in needed {
        _ = expression(first.start.parameters[index], parameters[index].name, isLarge: true)
      }
      lines.append("start = stored")
    } else {
      lines.append("start = {")
      for index in needed {
        let value = expression(first.start.parameters[index], parameters[index].name, isLarge: false)
        lines += (["\(python(parameters[index].name)): " + value[0]] + value.dropFirst()).indented()
        lines[lines.count - 1] += ","
      }
      lines.append("}")
    }
    return lines + [
      "for name, p in model.named_parameters():",
      "    if \(namePrefix)name in start:",
      "        p.data = start[\(namePrefix)name]",
    ]
  }

  func checkpointing(_ stretch: TrainingCourse.Stretch) -> [String] {
    stretch.plan.settings.checkpointing
      ? ["base.gradient_checkpointing_enable(gradient_checkpointing_kwargs={\"use_reentrant\": False})"]
      : ["base.gradient_checkpointing_disable()"]
  }
}

extension Configuration {
  /// Whether `get_peft_model` after the same seed begins with the same numbers. What factorizes the weight does not:
  /// singular vectors' signs are a library's own affair. Nor do DoRA's magnitudes in 16 bits, which are taken of
  /// rounded weights here.
  fileprivate var drawsAdapterLikeTorch: Bool {
    lora.targetModules == .none || !lora.initLoraWeights.factorizes && !(lora.useDora && dtype.is16Bit)
  }

  fileprivate func plansCheckpointing(_ stretches: [TrainingCourse.Stretch]) -> Bool {
    stretches.contains { $0.plan.settings.checkpointing }
  }
}

extension LoraInitialization {
  fileprivate var factorizes: Bool { self == .pissa || self == .olora }
}

extension LoraConfig {
  /// The arguments of PEFT's class that are not its defaults, and those that matter most.
  fileprivate func arguments(_ stretch: TrainingCourse.Stretch) -> [String] {
    var all = ["r=\(r)", "lora_alpha=\(formatNumber(loraAlpha))", "target_modules=\(targets(stretch))"]
    if useRslora { all.append("use_rslora=True") }
    if useDora { all.append("use_dora=True") }
    if loraDropout > 0 { all.append("lora_dropout=\(loraDropout)") }
    switch initLoraWeights {
    case .default: break
    case .gaussian: all.append("init_lora_weights=\"gaussian\"")
    case .false, .pissa, .olora: all.append("init_lora_weights=False")
    }
    if let excludeModules, !namesEach { all.append("exclude_modules=\(excludeModules.inPython)") }
    if let layersToTransform, !namesEach { all.append("layers_to_transform=\(layersToTransform)") }
    if !layersPattern.isEmpty, layersToTransform != nil, !namesEach {
      all.append("layers_pattern=\(python(layersPattern))")
    }
    if !rankPattern.entries.isEmpty { all.append("rank_pattern=\(rankPattern.inPython)") }
    if !alphaPattern.entries.isEmpty { all.append("alpha_pattern=\(alphaPattern.inPython)") }
    if bias != .none { all.append("bias=\(python(bias.rawValue))") }
    if !modulesToSave.isEmpty { all.append("modules_to_save=\(python(modulesToSave))") }
    if stretch.layers.contains(where: \.isTransposed) { all.append("fan_in_fan_out=True") }
    return all
  }

  /// Globs and names from PEFT's own prefix on are ours: then the modules are named one by one.
  private var namesEach: Bool { targetModules.isOurs || (excludeModules?.isOurs ?? false) }

  private func targets(_ stretch: TrainingCourse.Stretch) -> String {
    guard namesEach else { return targetModules.inPython }
    let modules = stretch.plan.graph.modules
    return python(stretch.layers.map { String(modules[$0.module].path.dropFirst("base_model.model.".count)) })
  }
}

extension TargetModules {
  fileprivate var inPython: String {
    switch self {
    case .allLinear: python("all-linear")
    case .names(let names): python(names)
    case .pattern(let pattern): pattern.contains("\"") || pattern.hasSuffix("\\") ? python(pattern) : "r\"\(pattern)\""
    case .none: "None"
    }
  }

  fileprivate var isOurs: Bool {
    guard case .names(let names) = self else { return false }
    return names.contains { name in name.contains { "*?[".contains($0) } || name.hasPrefix("base_model.") }
  }
}

extension ModulePatterns {
  fileprivate var inPython: String {
    "{" + entries.map { "\(python($0.key)): \(formatNumber($0.value))" }.joined(separator: ", ") + "}"
  }
}
