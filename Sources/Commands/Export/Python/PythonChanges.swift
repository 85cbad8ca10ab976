import Debugger
import Models
import Training

// What was changed between two steps.

extension PythonScript {
  mutating func changes(from old: TrainingCourse.Stretch, to new: TrainingCourse.Stretch) -> [String] {
    var lines = [String].filled(asked(from: old.configuration, to: new.configuration), offset: 2).enumerated().map {
      $0 == 0 ? "# From step \(new.first) on: " + $1 : "#   " + $1
    }
    let (before, after) = (old.plan.settings, new.plan.settings)
    if old.plan.dataset.words != new.plan.dataset.words { lines += dataLines(new) }
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

  /// The commands that lead from one set-up to the other.
  private func asked(from old: Configuration, to new: Configuration) -> [String] {
    let settings = Setting.all.filter { $0.get(old) != $0.get(new) }.map { "set \($0.name) \($0.get(new))" }
    let data = old.dataset?.words == new.dataset?.words ? [] : ["data \(new.dataset?.words ?? "")"]
    let loss = old.loss.words == new.loss.words ? [] : ["loss \(new.loss.words)"]
    let (had, has) = (old.hooks.map(\.id), new.hooks.map(\.id))
    return settings + data + loss + had.filter { !has.contains($0) }.map { "unhook \($0)" }
      + new.hooks.filter { !had.contains($0.id) }.map(\.words)
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
      return optimizerLines(new) + scheduler(new, isNew: true)
        + new.plan.hooks.hooks.filter { hook in old.plan.hooks.hooks.contains { $0.id == hook.id } }
        .flatMap { registerOnOptimizer($0) }
    }
    var lines: [String] = []
    if before.optimizerSettings != after.optimizerSettings, let kind = OptimizerKind.named(after.optimizer) {
      lines +=
        ["for group in optimizer.param_groups:"]
        + pythonCall("group.update", after.optimizerSettings.all(kind)).indented()
    }
    return lines + (ratesChanged ? scheduler(new, isNew: false) : [])
  }

  private func hookChanges(_ old: TrainingCourse.Stretch, _ new: TrainingCourse.Stretch) -> [String] {
    let (had, has) = (old.plan.hooks.hooks.map(\.id), new.plan.hooks.hooks.map(\.id))
    let removed = had.filter { !has.contains($0) }
    var lines: [String] = []
    if !removed.isEmpty {
      let list = "{" + removed.map(String.init).joined(separator: ", ") + "}"
      lines += [
        "for hook, handle in handles:",
        "    if hook in \(list):", "        handle.remove()", "rows = [row for row in rows if row[1] not in \(list)]",
      ]
      if hooksModules { lines.append("others = [other for other in others if other[1] not in \(list)]") }
    }
    return lines
      + new.plan.hooks.hooks.filter { !had.contains($0.id) }.flatMap { register($0, new) }
  }
}
