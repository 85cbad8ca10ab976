import Autograd
import Debugger
import Models
import Tensors
import Training

// The batches, the loss, and the masks of dropout.

extension PythonScript {
  /// What a batch's inputs and what they are compared with are called.
  var inputName: String { isLanguageModel ? "input_ids" : "inputs" }

  func targetName(_ stretch: TrainingCourse.Stretch) -> String {
    if case .labels = stretch.plan.dataset.targets.first { "labels" } else { "targets" }
  }

  mutating func data(_ stretch: TrainingCourse.Stretch) -> [String] {
    pythonTitle("the data, one entry for each micro-batch: data " + stretch.plan.dataset.words) + dataLines(stretch)
  }

  mutating func dataLines(_ stretch: TrainingCourse.Stretch) -> [String] {
    if let drawn = drawnData(stretch) { return drawn }
    let (dataset, targets) = (stretch.plan.dataset, targetName(stretch))
    return batches(dataset.inputs.map(\.content), inputName)
      + batches(dataset.targets.map(\.content), targets)
  }

  /// Data that `torch.manual_seed` leads to.
  private func drawnData(_ stretch: TrainingCourse.Stretch) -> [String]? {
    let dataset = stretch.plan.dataset
    let words = dataset.words.split(separator: " ").map(String.init)
    guard words.count > 1, ["regression", "classification", "tokens"].contains(words[0]),
      words.dropFirst().allSatisfy({ $0.contains("=") }), words.contains(where: { $0.hasPrefix("batches=") }),
      let seed = words.first(where: { $0.hasPrefix("seed=") })?.dropFirst(5), let input = dataset.inputs.first
    else { return nil }
    let shape = Shape([dataset.count] + input.shape.dimensions)
    let dtype = stretch.configuration.dtype
    let cast = dtype == .float32 ? "" : ".to(torch.\(dtype.rawValue))"
    let draw = "torch.randn(\(shape.asPythonArguments), dtype=torch.float32)\(cast)"
    var lines = ["torch.manual_seed(\(seed))"]
    switch words[0] {
    case "regression":
      let outputs = Shape([dataset.count] + (dataset.targets.first?.shape.dimensions ?? []))
      lines += [
        "inputs = \(draw)", "targets = torch.randn(\(outputs.asPythonArguments), dtype=torch.float32)\(cast)",
      ]
    case "classification":
      let rows = shape.dimensions.dropLast().map(String.init).joined(separator: ", ")
      lines += ["inputs = \(draw)", "labels = torch.randint(0, \(course.model.outputFeatures), (\(rows)))"]
    default:
      lines += [
        "input_ids = torch.randint(0, \(course.model.outputFeatures), (\(shape.asPythonArguments)))",
        "labels = input_ids.clone()",
      ]
      if let prompt = words.first(where: { $0.hasPrefix("prompt=") })?.dropFirst(7) {
        lines.append("labels[:, :, :\(prompt)] = -100  # the loss passes over the prompt")
      }
    }
    return lines
  }

  /// All batches of one kind as one tensor, or as a list of tensors if their shapes differ.
  private mutating func batches(_ parts: [DatasetContent], _ name: String) -> [String] {
    let values = parts.compactMap { if case .values(let tensor) = $0 { tensor } else { nil } }
    let integers = parts.compactMap { if case .integers(let indices) = $0 { indices } else { nil } }
    let isLarge = isLarge(values.reduce(0) { $0 + $1.count * $1.dtype.size })
    if Set(parts.map(\.shape)).count == 1 {
      let lines =
        values.isEmpty
        ? expression(
          Indices(integers.flatMap(\.values), shape: Shape([parts.count] + parts[0].shape.dimensions)), name)
        : expression(.stack(values), name, isLarge: isLarge)
      return ["\(name) = " + lines[0]] + lines.dropFirst()
    }
    var lines = ["\(name) = ["]
    for (index, part) in parts.enumerated() {
      switch part {
      case .values(let tensor): lines += expression(tensor, "\(name).\(index)", isLarge: isLarge).indented()
      case .integers(let indices): lines += expression(indices, "\(name).\(index)").indented()
      }
      lines[lines.count - 1] += ","
    }
    return lines + ["]"]
  }

  // MARK: The loss

  /// Whether transformers' own loss of a language model is the one.
  private func usesModelLoss(_ stretch: TrainingCourse.Stretch) -> Bool {
    isLanguageModel && stretch.plan.loss.words == "cross_entropy" && stretch.configuration.dtype != .float64
  }

  func loss(_ stretch: TrainingCourse.Stretch) -> [String] {
    usesModelLoss(stretch) ? [] : ["criterion = \(stretch.plan.loss.torch)"]
  }

  /// The lines that lead to `loss` of batch i.
  mutating func forward(_ stretch: TrainingCourse.Stretch) -> [String] {
    let targets = targetName(stretch)
    guard isLanguageModel else {
      guard stretch.plan.settings.checkpointing else {
        return ["loss = criterion(model(inputs[i]), \(targets)[i])"]
      }
      use("checkpoint", from: "torch.utils.checkpoint")
      return ["loss = criterion(checkpoint(model, inputs[i], use_reentrant=False), \(targets)[i])"]
    }
    if usesModelLoss(stretch) { return ["loss = model(input_ids=input_ids[i], labels=labels[i]).loss"] }
    let widened = stretch.configuration.dtype.is16Bit ? ".float()" : ""
    return [
      "logits = model(input_ids=input_ids[i]).logits[:, :-1]\(widened)  # each place against the next token",
      "loss = criterion(logits.flatten(0, 1), labels[i][:, 1:].flatten())",
    ]
  }

  // MARK: Dropout

  func usesMasks(_ stretch: TrainingCourse.Stretch) -> Bool {
    stretch.plan.graph.modules.contains { $0.path.hasSuffix(".lora_dropout.default") }
  }

  /// Puts lorascope's masks in the place of torch's.
  mutating func masks(_ stretch: TrainingCourse.Stretch) -> [String] {
    guard usesMasks(stretch) else { return [] }
    note(
      "torch draws the masks of dropout from a generator that nobody else can follow, so lora_dropout is replaced by a "
        + "module that draws lorascope's masks.")
    let p = stretch.configuration.lora.loraDropout
    var calls: [(path: String, numbers: [Int])] = []
    var count = 0
    for case .enter(let module, _, _) in stretch.plan.graph.instructions {
      let path = stretch.plan.graph.modules[module].path
      guard path.hasSuffix(".lora_dropout.default") else { continue }
      count += 1
      if let place = calls.firstIndex(where: { $0.path == path }) {
        calls[place].numbers.append(count)
      } else {
        calls.append((path, [count]))
      }
    }
    let lines = [String](
      lines: """


        def mixed(word):
            \"""Spreads the bits of a 64-bit number: neighbours become unrelated seeds.\"""
            word = (word ^ word >> 33) * 0xFF51AFD7ED558CCD % 2**64
            word = (word ^ word >> 33) * 0xC4CEB9FE1A85EC53 % 2**64
            return word ^ word >> 33


        class Masks(nn.Module):
            \"""nn.Dropout with masks that follow from the seed, the micro-batch and the layer.\"""
            micro_batch = 0  # since training began

            def __init__(self, p, *layers):
                super().__init__()
                self.p, self.layers, self.calls = p, layers, 0

            def forward(self, x):
                layer = self.layers[self.calls % len(self.layers)]
                self.calls += 1
                seed = mixed((\(stretch.plan.settings.seed) + mixed(Masks.micro_batch) + layer * 0x9E3779B9) % 2**64)
                generator = torch.Generator().manual_seed(seed % 2**32)
                kept = torch.rand(x.shape, dtype=torch.float64, generator=generator) < 1 - self.p
                return x * (kept * (1 / (1 - self.p) if self.p < 1 else 0)).to(x.dtype)


        """)
    return lines + setMasks(calls.map { ($0.path, $0.numbers.map(String.init).joined(separator: ", ")) }, p)
  }

  private func setMasks(_ calls: [(path: String, layers: String)], _ p: Double) -> [String] {
    calls.map { call in
      let owner = String(call.path.dropLast(".default".count))
      return "model.get_submodule(\(python(owner)))[\"default\"] = Masks(\(formatNumber(p)), \(call.layers))"
    }
  }
}

/// The numbers of one batch.
private enum DatasetContent {
  case values(Tensor)
  case integers(Indices)

  var shape: Shape {
    switch self {
    case .values(let tensor): tensor.shape
    case .integers(let indices): indices.shape
    }
  }
}

extension ModelInput {
  fileprivate var content: DatasetContent {
    switch self {
    case .features(let tensor): .values(tensor)
    case .tokens(let ids): .integers(ids)
    }
  }
}

extension Target {
  fileprivate var content: DatasetContent {
    switch self {
    case .values(let tensor): .values(tensor)
    case .labels(let labels): .integers(labels)
    }
  }
}
