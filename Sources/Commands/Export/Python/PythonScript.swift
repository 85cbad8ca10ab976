import Debugger
import Models
import Tensors
import Training

/// A course of training as a PyTorch script that prints the same table: only what this one uses is in it.
struct PythonScript {
  let course: TrainingCourse
  let name: String
  /// Larger start values and data are written beside the script, under this name.
  let companion: String

  /// More numbers than that make no readable script.
  private static let longestEmbedding = 2 << 20

  private(set) var tensors: [String: Tensor] = [:]
  private(set) var integers: [String: Indices] = [:]
  /// Whether numbers stand in the script in base64.
  private(set) var embeds = false
  private var imports: [String: Set<String>] = ["torch": []]
  private(set) var notes: [String] = []

  init(_ course: TrainingCourse, name: String, companion: String) {
    (self.course, self.name, self.companion) = (course, name, companion)
  }

  var stretches: [TrainingCourse.Stretch] { course.stretches }
  var isLanguageModel: Bool { if case .tokens = course.model.input { true } else { false } }
  /// With LoRA+ in any stretch the optimizer has two groups.
  var hasGroups: Bool { stretches.contains { $0.plan.settings.loraplusLrRatio != 1 } }
  var hasAdapter: Bool { stretches.contains { !$0.layers.isEmpty } }
  /// Without PEFT around it, a model's own names lack what the state-dict names begin with.
  var namePrefix: String { hasAdapter ? "" : "\"base_model.model.\" + " }
  var usesReplicas: Bool { stretches.contains { $0.plan.settings.replicas > 1 } }
  var usedHooks: [Hook] {
    var found: [Hook] = []
    for hook in stretches.flatMap(\.plan.hooks.hooks) where !found.contains(where: { $0.id == hook.id }) {
      found.append(hook)
    }
    return found.sorted { $0.id < $1.id }
  }

  /// Whether some hook is on a module or its output.
  var hooksModules: Bool {
    usedHooks.contains { $0.sites.contains { if case .module = $0 { true } else { false } } }
  }

  mutating func use(_ names: String..., from module: String) { imports[module, default: []].formUnion(names) }

  mutating func note(_ text: String) { if !notes.contains(text) { notes.append(text) } }

  /// The whole script. Throws what cannot be told in PyTorch.
  mutating func text() throws(CommandError) -> String {
    try refuse()
    guard let first = stretches.first else { throw CommandError("no step was taken yet; write: step") }
    let model = model(first)
    var body = model + data(first) + loss(first) + optimizer(first) + hooks()
    body += try training()
    let preamble = header() + importLines() + definitions()
    return (preamble + body).joined(separator: "\n") + "\n"
  }

  private func refuse() throws(CommandError) {
    for stretch in stretches {
      let configuration = stretch.configuration
      if stretch.count > 0, configuration.isMerged || !configuration.usesAdapters {
        throw CommandError(
          "steps were taken with the adapter \(configuration.isMerged ? "merged" : "disabled"), which a script in PEFT "
            + "cannot do in the same way; export another branch, or use .safetensors")
      }
    }
    for (old, new) in zip(stretches, stretches.dropFirst())
    where old.plan.settings.optimizerSettings.amsgrad != new.plan.settings.optimizerSettings.amsgrad {
      throw CommandError(
        "amsgrad was changed at step \(new.first), which torch's Adam cannot do in the middle of a run; "
          + "export another branch, or use .safetensors")
    }
  }

  // MARK: Numbers that the script has to bring along

  /// Whether so many bytes are better kept in a file of their own.
  func isLarge(_ bytes: Int) -> Bool { bytes > PythonScript.longestEmbedding }

  /// An expression for a tensor; `isLarge` puts it into the file beside the script.
  mutating func expression(_ tensor: Tensor, _ key: String, isLarge: Bool) -> [String] {
    if isLarge {
      tensors[key] = tensor
      usesCompanion()
      return ["stored[\(python(key))]"]
    }
    embeds = true
    use(from: "base64")
    let text = tensor.base64
    var rows: [String] = []
    var rest = text[...]
    while !rest.isEmpty {
      rows.append("    " + python(String(rest.prefix(100))))
      rest = rest.dropFirst(100)
    }
    let arguments = ([tensor.shape.asPythonArguments, "dtype=torch.\(tensor.dtype.rawValue)"]).filter { !$0.isEmpty }
    if rows.count <= 1 {
      return ["tensor(\(python(text)), \(arguments.joined(separator: ", ")))"]
    }
    return ["tensor("] + rows.dropLast() + [
      rows[rows.count - 1] + ",", "    " + arguments.joined(separator: ", ") + ")",
    ]
  }

  private mutating func usesCompanion() {
    use("load_file", from: "safetensors.torch")
    use(from: "pathlib")
  }

  mutating func expression(_ indices: Indices, _ key: String) -> [String] {
    if indices.shape.count > 4096 {
      integers[key] = indices
      usesCompanion()
      return ["stored[\(python(key))]"]
    }
    return ["torch.tensor(" + python(indices) + ")"]
  }

  // MARK: The beginning of the script

  private func header() -> [String] {
    var lines = [
      "#!/usr/bin/env python3",
      "\"\"\"\(name): a training of lorascope in PyTorch\(hasAdapter ? " and PEFT" : ""), with the same hooks.",
      "",
      "    pip install torch\(hasAdapter || isLanguageModel ? " peft" : "")",
      "    python \(name).py",
      "",
      "For each step, trained parameter and hook it prints c = <h, e>/<h, h>, where h is the gradient that the hook",
      "kept and e = (before - after)/lr is what the optimizer applied; the residual is what one factor leaves",
      "unexplained, ulp/lr the smallest e that the dtype can carry. lorascope's numbers differ by rounding.",
    ]
    for note in notes {
      lines += [""] + .filled(note.split(separator: " ").map(String.init), separator: "", offset: 3)
    }
    return lines + ["\"\"\""]
  }

  /// Python's own modules first, then what was installed.
  private func importLines() -> [String] {
    let standard: Set = ["base64", "math", "pathlib", "collections"]
    func lines(_ isStandard: Bool) -> [String] {
      let modules = imports.keys.filter { standard.contains($0) == isStandard }.sorted()
      let whole = modules.filter { imports[$0]?.isEmpty ?? true }
      let parts = modules.filter { !whole.contains($0) }
      return whole.map { "import \($0)" }
        + parts.map { "from \($0) import " + (imports[$0] ?? []).sorted().joined(separator: ", ") }
    }
    let installed = (lines(false) + ["from torch import nn"]).sorted {
      ($0.hasPrefix("from") ? 1 : 0, $0) < ($1.hasPrefix("from") ? 1 : 0, $1)
    }
    return lines(true) + [""] + installed
  }

  private func definitions() -> [String] {
    var lines: [String] = []
    if embeds {
      lines += [
        "", "",
        "def tensor(text, *shape, dtype):",
        "    \"\"\"Numbers that were written in base64.\"\"\"",
        "    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=dtype).reshape(shape)",
      ]
    }
    if !tensors.isEmpty || !integers.isEmpty {
      lines += ["", "", "stored = load_file(pathlib.Path(__file__).with_name(\(python(companion))))"]
    }
    return lines
  }
}

/// The beginning of a part of the script.
func pythonTitle(_ text: String) -> [String] {
  ["", "", "# " + text + " " + String(repeating: "-", count: max(4, 106 - text.count))]
}
