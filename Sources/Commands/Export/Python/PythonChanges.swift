import Debugger
import Training

// What was changed between two steps.

extension PythonScript {
  mutating func changes(from old: TrainingCourse.Stretch, to new: TrainingCourse.Stretch) -> [String] {
    var lines = ["# From step \(new.first) on"]
    let (before, after) = (old.plan.settings, new.plan.settings)
    if old.plan.dataset.words != new.plan.dataset.words { lines += data(new).drop { $0.isEmpty } }
    if old.plan.loss.words != new.plan.loss.words { lines += loss(new) }
    if old.layers.map(\.scaling) != new.layers.map(\.scaling) {
      lines += new.layers.map { layer in
        let path = new.plan.graph.modules[layer.module].path
        return "model.get_submodule(\(python(path))).scaling[\"default\"] = \(layer.scaling)"
      }
    }
    if old.configuration.lora.loraDropout != new.configuration.lora.loraDropout { lines += dropout(old, new) }
    if before.checkpointing != after.checkpointing, isLanguageModel { lines += checkpointing(new) }
    lines += optimizerChanges(old, new)
    if before.lossScale != after.lossScale { lines += scaler(new) }
    return lines + hookChanges(old, new)
  }

  private mutating func dropout(_ old: TrainingCourse.Stretch, _ new: TrainingCourse.Stretch) -> [String] {
    if usesMasks(new) { return masks(new) }
    return old.plan.graph.modules.filter { $0.path.hasSuffix(".lora_dropout.default") }.map { module in
      "model.get_submodule(\(python(String(module.path.dropLast(8)))))[\"default\"] = nn.Identity()"
    }
  }

  private mutating func optimizerChanges(
    _ old: TrainingCourse.Stretch, _ new: TrainingCourse.Stretch
  ) -> [String] {
    let (before, after) = (old.plan.settings, new.plan.settings)
    let ratesChanged =
      before.lr != after.lr || before.loraplusLrRatio != after.loraplusLrRatio || before.scheduler != after.scheduler
      || before.scheduleSettings != after.scheduleSettings
    if before.optimizer != after.optimizer {
      return optimizerLines(new) + scheduler(new, isFirst: false)
        + new.plan.hooks.hooks.filter { hook in old.plan.hooks.hooks.contains { $0.id == hook.id } }
        .flatMap { registerOnOptimizer($0) }
    }
    var lines: [String] = []
    if before.optimizerSettings != after.optimizerSettings, let kind = OptimizerKind.named(after.optimizer) {
      lines +=
        ["for group in optimizer.param_groups:"]
        + pythonCall("group.update", after.optimizerSettings.all(kind)).indented()
    }
    return lines + (ratesChanged ? scheduler(new, isFirst: false) : [])
  }

  private func hookChanges(_ old: TrainingCourse.Stretch, _ new: TrainingCourse.Stretch) -> [String] {
    let (had, has) = (old.plan.hooks.hooks.map(\.id), new.plan.hooks.hooks.map(\.id))
    let removed = had.filter { !has.contains($0) }
    var lines: [String] = []
    if !removed.isEmpty {
      let list = "(" + removed.map { "\($0), " }.joined() + ")"
      lines += [
        "for hook, handle in handles:  # unhook " + removed.map(String.init).joined(separator: " "),
        "    if hook in \(list):", "        handle.remove()", "rows = [row for row in rows if row[1] not in \(list)]",
      ]
      if hooksModules { lines.append("others = [other for other in others if other[1] not in \(list)]") }
    }
    return lines
      + new.plan.hooks.hooks.filter { !had.contains($0.id) }.flatMap { register($0, new) }
  }
}
