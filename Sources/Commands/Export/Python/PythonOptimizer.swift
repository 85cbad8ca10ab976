import Debugger
import Training

// The optimizer, its scheduler, and the scaler of the loss.

extension PythonScript {
  mutating func optimizer(_ stretch: TrainingCourse.Stretch) -> [String] {
    pythonTitle("the optimizer") + optimizerLines(stretch) + scheduler(stretch, isNew: true) + scaler(stretch)
  }

  mutating func optimizerLines(_ stretch: TrainingCourse.Stretch) -> [String] {
    let settings = stretch.plan.settings
    let kind = OptimizerKind.named(settings.optimizer)
    let options = ["lr=\(formatNumber(settings.lr))"] + settings.optimizerSettings.changed(kind)
    let name = "torch.optim.\(kind?.title ?? "SGD")"
    guard hasGroups else { return pythonCall("optimizer = " + name, ["named.values()"] + options) }
    let fast = "\".lora_B.\" in n or \".lora_magnitude_vector.\" in n"
    let groups = "[{\"params\": slow}, {\"params\": fast, \"lr\": \(formatNumber(fastLR(settings)))}]"
    return [
      "# LoRA+ (peft.optimizers.create_loraplus_optimizer): lora_B, and DoRA's magnitudes, have a larger lr.",
      "fast = [p for n, p in named.items() if \(fast)]",
      "slow = [p for n, p in named.items() if not (\(fast))]",
    ] + pythonCall("optimizer = " + name, [groups] + options) + [
      "", "",
      "def learning_rates():",
      "    \"\"\"The lr of each parameter: that of its group.\"\"\"",
      "    lr_of = {p: group[\"lr\"] for group in optimizer.param_groups for p in group[\"params\"]}",
      "    return {n: lr_of[p] for n, p in named.items()}", "", "",
    ]
  }

  private func fastLR(_ settings: TrainingSettings) -> Double { settings.lr * settings.loraplusLrRatio }

  /// The scheduler, for a new optimizer or for one that is there; one that goes on in the middle of training is told how often it was stepped.
  mutating func scheduler(_ stretch: TrainingCourse.Stretch, isNew: Bool) -> [String] {
    let settings = stretch.plan.settings
    let kind = ScheduleKind.all.first { $0.name == settings.scheduler }
    let taken = stretch.start.schedulerSteps
    let rates = [settings.lr] + (hasGroups ? [fastLR(settings)] : [])
    guard let call = kind?.torch(settings.scheduleSettings) else {
      return isNew ? [] : setRates(rates.map { formatNumber($0) }, initial: nil)
    }
    let name = String(call.prefix { $0 != "(" })
    use(name, from: name.hasPrefix("get_") ? "transformers" : "torch.optim.lr_scheduler")
    guard taken > 0 else { return ["scheduler = \(call))"] }
    let factor = settings.schedule.factor(at: taken - 1)
    return setRates(rates.map { formatNumber($0 * factor) }, initial: rates.map { formatNumber($0) })
      + ["scheduler = \(call), last_epoch=\(taken - 1))"]
  }

  func hasScheduler(_ stretch: TrainingCourse.Stretch) -> Bool {
    let settings = stretch.plan.settings
    return ScheduleKind.all.first { $0.name == settings.scheduler }?.torch(settings.scheduleSettings) != nil
  }

  private func setRates(_ rates: [String], initial: [String]?) -> [String] {
    rates.indices.map { group in
      let place = "optimizer.param_groups[\(group)]"
      return initial.map { "\(place)[\"lr\"], \(place)[\"initial_lr\"] = \(rates[group]), \($0[group])" }
        ?? "\(place)[\"lr\"] = \(rates[group])"
    }
  }

  /// GradScaler refuses to unscale gradients in float16.
  func scalesByHand(_ stretch: TrainingCourse.Stretch) -> Bool {
    stretch.plan.settings.lossScale != nil && stretch.configuration.dtype == .float16
  }

  mutating func scaler(_ stretch: TrainingCourse.Stretch) -> [String] {
    guard let scaler = stretch.plan.settings.lossScaler(after: stretch.start.scaler) else { return [] }
    if scalesByHand(stretch) {
      note(
        "torch.amp.GradScaler refuses to unscale float16 gradients; here it is done by hand, without doubling the scale "
          + "after 2000 good steps.")
      return ["loss_scale = \(formatNumber(scaler.scale))"]
    }
    if scaler.goodSteps > 0 {
      note("The scaler had \(scaler.goodSteps) good steps behind it; here it counts them from 0.")
    }
    return ["scaler = torch.amp.GradScaler(\"cpu\", init_scale=\(formatNumber(scaler.scale)))"]
  }
}

extension OptimizerSettings {
  /// Keyword arguments of the class in torch.optim, those that are not its defaults.
  func changed(_ kind: OptimizerKind?) -> [String] {
    let standard = OptimizerSettings()
    let all: [(name: String, isChanged: Bool, value: String)] = [
      ("momentum", momentum != standard.momentum, formatNumber(momentum)),
      ("dampening", dampening != standard.dampening, formatNumber(dampening)),
      ("nesterov", nesterov, python(nesterov)),
      ("weight_decay", weightDecay != nil, weightDecay.map { formatNumber($0) } ?? ""),
      ("betas", betas != standard.betas, "(" + betas.map { "\($0)" }.joined(separator: ", ") + ")"),
      ("eps", eps != standard.eps, formatNumber(eps)),
      ("amsgrad", amsgrad, python(amsgrad)),
      ("maximize", maximize, python(maximize)),
    ]
    return all.filter { $0.isChanged && kind?.settings.contains($0.name) ?? true }.map { "\($0.name)=\($0.value)" }
  }

  /// All of them, for an optimizer that is there already.
  func all(_ kind: OptimizerKind) -> [String] {
    let all: [(name: String, value: String)] = [
      ("momentum", formatNumber(momentum)), ("dampening", formatNumber(dampening)), ("nesterov", python(nesterov)),
      ("weight_decay", formatNumber(weightDecay ?? kind.weightDecay)),
      ("betas", "(" + betas.map { "\($0)" }.joined(separator: ", ") + ")"), ("eps", formatNumber(eps)),
      ("maximize", python(maximize)),
    ]
    return all.filter { kind.settings.contains($0.name) }.map { "\($0.name)=\($0.value)" }
  }
}
