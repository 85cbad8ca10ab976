import Autograd
import Debugger
import Models
import Training

// The hooks, each as a user of PyTorch registers it, and what they keep.

extension PythonScript {
  /// What is kept, and the hooks of the first stretch.
  mutating func hooks() -> [String] {
    guard let first = stretches.first else { return [] }
    var lines = pythonTitle("the hooks")
    if hooksModules {
      lines.append("modules = {\(namePrefix)n: m for n, m in model.named_modules()}")
      lines.append("others = []  # (module, hook): these have no parameter to compare with")
    }
    if hooksModules {
      use("Counter", from: "collections")
      lines.append("fired = Counter()  # how often a hook fired in this step, by (hook, slot)")
    }
    lines += [
      "seen = {}  # what a hook kept in this step, by (hook, slot)",
      "rows = []  # (parameter, hook, slot)",
    ]
    if usesReplicas { lines.append("watching = True  # off while other ranks than 0 run: a hook lives in one process") }
    if !removedHooks.isEmpty { lines.append("handles = []  # (hook, what takes it away again)") }
    lines += CaptureMode.allCases.filter { mode in usedHooks.contains { $0.capture == mode } }.flatMap { keep($0) }
    return lines + first.plan.hooks.hooks.flatMap { register($0, first) }
  }

  /// Hooks that a later stretch does not have.
  private var removedHooks: Set<Int> {
    var removed: Set<Int> = []
    for (old, new) in zip(stretches, stretches.dropFirst()) {
      removed.formUnion(Set(old.plan.hooks.hooks.map(\.id)).subtracting(new.plan.hooks.hooks.map(\.id)))
    }
    return removed
  }

  private func keep(_ mode: CaptureMode) -> [String] {
    let store =
      switch mode {
      case .last: ["seen[hook, slot] = g.clone()"]
      case .first: ["seen.setdefault((hook, slot), g.clone())"]
      case .sum: ["seen[hook, slot] = seen[hook, slot] + g if (hook, slot) in seen else g.clone()"]
      case .all: ["seen.setdefault((hook, slot), []).append(g.clone())"]
      case .reference: ["seen[hook, slot] = g  # no clone(): what is done to this storage later shows"]
      }
    let body = (hooksModules ? ["fired[hook, slot] += 1"] : []) + store
    return ["", "", "def keep_\(mode.rawValue)(hook, slot, g):"]
      + (usesReplicas ? ["if watching:"] + body.indented() : body).indented()
  }

  /// One hook on all its sites.
  func register(_ hook: Hook, _ stretch: TrainingCourse.Stretch) -> [String] {
    let graph = stretch.plan.graph
    let words = stretch.configuration.hooks.first { $0.id == hook.id }?.words ?? ""
    let comment = "# hook \(hook.id): \(words)"
    let names = hook.sites.map { graph.name(of: $0) }
    let isAll = hook.sites == stretch.plan.trainable.map { .parameter($0) }
    let list = isAll ? "named" : names.count == 1 ? python(names) : "names_\(hook.id)"
    let slot = hook.slot == .module ? "name.rpartition(\".\")[0]" : "name"
    let onModules = hook.sites.contains { if case .module = $0 { true } else { false } }
    var lines = ["", "", comment]
    if list.hasPrefix("names_") {
      let texts = [String].filled(names.map { python($0) }, offset: 4).indented()
      lines += ["\(list) = ["] + texts.dropLast() + [(texts.last ?? "") + ","] + ["]"]
    }
    switch hook.placement.moment {
    case .beforeOptimizer, .afterOptimizer:
      lines += optimizerHook(hook, list, slot) + registerOnOptimizer(hook)
      return lines + ["rows += [(name, \(hook.id), \(slot)) for name in \(list)]"]
    case .gradient where onModules:
      lines += [
        "def hook_\(hook.id)(name):",
        "    def on_output(module, args, output):",
        "        output = output[0] if isinstance(output, tuple) else output",
        "        output.register_hook(\(inner(hook, "g", "name", "g")))",
        "    return on_output", "", "",
        "for name in \(list):",
      ]
      return lines + ["    " + kept(hook, "modules[name].register_forward_hook(hook_\(hook.id)(name))")]
        + ["    others.append((name, \(hook.id)))"]
    case .gradient, .accumulated:
      let isTensor = hook.placement.moment == .gradient
      let (argument, gradient) = isTensor ? ("g", "g") : ("p", "p.grad")
      let call = isTensor ? "register_hook" : "register_post_accumulate_grad_hook"
      var function = "lambda \(argument), slot=\(slot): keep_\(hook.capture.rawValue)(\(hook.id), slot, \(gradient))"
      if hook.scale != nil {
        lines += scaling(hook, argument, gradient) + ["", ""]
        function = "hook_\(hook.id)(\(slot))"
      }
      return lines + [
        "for name in \(list):", "    " + kept(hook, "named[name].\(call)(\(function))"),
        "    rows.append((name, \(hook.id), \(slot)))",
      ]
    case .moduleBackward, .moduleBackwardPre:
      let arguments =
        hook.placement.moment == .moduleBackward ? "module, grad_input, grad_output" : "module, grad_output"
      let call =
        hook.placement.moment == .moduleBackward ? "register_full_backward_hook" : "register_full_backward_pre_hook"
      return lines + [
        "for name in \(list):",
        "    "
          + kept(
            hook,
            "modules[name].\(call)(\n        lambda \(arguments), name=name: "
              + "keep_\(hook.capture.rawValue)(\(hook.id), name, grad_output[0]))"),
        "    others.append((name, \(hook.id)))",
      ]
    }
  }

  private func kept(_ hook: Hook, _ registration: String) -> String {
    removedHooks.contains(hook.id) ? "handles.append((\(hook.id), \(registration)))" : registration
  }

  /// A hook function as an expression, for a slot that is bound already.
  private func inner(_ hook: Hook, _ argument: String, _ slot: String, _ gradient: String) -> String {
    let keep = "keep_\(hook.capture.rawValue)(\(hook.id), \(slot), \(gradient))"
    guard let scale = hook.scale else { return "lambda \(argument): \(keep)" }
    return "lambda \(argument): (\(keep), \(formatNumber(scale)) * g)[1]"
  }

  /// A hook that changes the gradient: a tensor hook returns another one, a post-accumulate hook writes into .grad.
  private func scaling(_ hook: Hook, _ argument: String, _ gradient: String) -> [String] {
    let scale = formatNumber(hook.scale ?? 1)
    return [
      "def hook_\(hook.id)(slot):",
      "    def hook(\(argument)):",
      "        keep_\(hook.capture.rawValue)(\(hook.id), slot, \(gradient))",
      argument == "g"
        ? "        return \(scale) * g  # what is returned takes the gradient's place"
        : "        p.grad.mul_(\(scale))",
      "    return hook",
    ]
  }

  private func optimizerHook(_ hook: Hook, _ list: String, _ slot: String) -> [String] {
    var lines = [
      "def hook_\(hook.id)(optimizer, args, kwargs):",
      "    for name in \(list):",
      "        if named[name].grad is not None:",
      "            keep_\(hook.capture.rawValue)(\(hook.id), \(slot), named[name].grad)",
    ]
    if let scale = hook.scale { lines.append("            named[name].grad.mul_(\(formatNumber(scale)))") }
    return lines + ["", ""]
  }

  /// Also after a new optimizer has taken the old one's place.
  func registerOnOptimizer(_ hook: Hook) -> [String] {
    switch hook.placement.moment {
    case .beforeOptimizer: [kept(hook, "optimizer.register_step_pre_hook(hook_\(hook.id))")]
    case .afterOptimizer: [kept(hook, "optimizer.register_step_post_hook(hook_\(hook.id))")]
    default: []
    }
  }
}
