import Debugger
import Training

// The training loop: SPEC section 2 as PyTorch writes it, with the mistakes that the session made.

extension PythonScript {
  /// Everything between the hooks and the end.
  mutating func training() throws(CommandError) -> [String] {
    var lines = table() + pythonTitle("training")
    let isOneLoop = stretches.count == 1
    var loop: [String] = []
    if !isOneLoop, let first = stretches.first {
      lines.append("used = \(first.start.batchesUsed)  # micro-batches so far")
    }
    for (index, stretch) in stretches.enumerated() {
      if index > 0 { lines += ["", ""] + changes(from: stretches[index - 1], to: stretch) }
      guard stretch.count > 0 else { continue }
      let last = stretch.first + stretch.count - 1
      let body = step(stretch)
      if isOneLoop {
        lines += ["for step in range(\(stretch.first), \(last + 1)):"] + body.indented()
        continue
      }
      if body != loop {
        loop = body
        lines += ["", "", "def train(first, last):"] + globals(stretch).indented()
        lines += ["    for step in range(first, last + 1):"] + body.indented(by: 8) + ["", ""]
      }
      lines.append("train(\(stretch.first), \(last))")
    }
    if course.isStuck, let stretch = stretches.last { lines += failing(stretch) }
    return lines
  }

  private func globals(_ stretch: TrainingCourse.Stretch) -> [String] {
    let names =
      ["used"] + (stretch.plan.settings.replicas > 1 ? ["watching"] : [])
      + (scalesByHand(stretch) ? ["loss_scale"] : [])
    return ["global " + names.joined(separator: ", ")]
  }

  private mutating func step(_ stretch: TrainingCourse.Stretch) -> [String] {
    let settings = stretch.plan.settings
    var lines = ["seen.clear()"] + (hooksModules ? ["fired.clear()"] : []) + ["losses = []"]
    lines += settings.replicas > 1 ? ranks(stretch) : microBatches(stretch)
    lines += unscale(stretch)
    if settings.clipWhen == .step { lines += clip(settings) }
    lines += snapshot(settings)
    if settings.schedulerOrder == .before, hasScheduler(stretch) {
      lines.append("scheduler.step()  # the mistake: before optimizer.step()")
    }
    lines += optimizerStep(stretch)
    if settings.clipWhen == .afterStep, settings.maxGradNorm != nil || settings.clipValue != nil {
      lines += ["# The mistake: too late, the optimizer has used them."] + clip(settings)
    }
    if settings.schedulerOrder == .after, hasScheduler(stretch) { lines.append("scheduler.step()") }
    if settings.lrRead == .current { lines += lrLines(settings) }
    if stretches.count > 1 { lines.append("used += \(settings.gradientAccumulationSteps * settings.replicas)") }
    lines.append(
      "show(step, losses, before, lr, lr_used\(canSkip ? ", \(isScaled(stretch) ? "skipped" : "False")" : ""))")
    lines.append(
      settings.zeroGrad
        ? "optimizer.zero_grad()" : "# The mistake: no optimizer.zero_grad(), so .grad adds up over steps.")
    return lines
  }

  private var canSkip: Bool { stretches.contains { $0.plan.settings.lossScale != nil } }
  private func isScaled(_ stretch: TrainingCourse.Stretch) -> Bool { stretch.plan.settings.lossScale != nil }

  // MARK: Forward and backward

  /// Which micro-batch this is since training began; replica r of R takes every R-th.
  private func batchNumber(_ stretch: TrainingCourse.Stretch) -> String {
    let (k, replicas) = (stretch.plan.settings.gradientAccumulationSteps, stretch.plan.settings.replicas)
    let start = stretch.start.batchesUsed - (stretch.first - 1) * k * replicas
    var terms = ["used"]
    if stretches.count == 1 {
      terms = [k * replicas == 1 ? "step - 1" : "(step - 1) * \(k * replicas)"]
      if start != 0 { terms.append(String(start)) }
    }
    if k > 1 { terms.append(replicas > 1 ? "micro * \(replicas)" : "micro") }
    if replicas > 1 { terms.append("rank") }
    return terms.joined(separator: " + ")
  }

  private mutating func microBatches(_ stretch: TrainingCourse.Stretch) -> [String] {
    let settings = stretch.plan.settings
    let k = settings.gradientAccumulationSteps
    var lines: [String] = []
    let number = batchNumber(stretch)
    if usesMasks(stretch) {
      lines += ["Masks.micro_batch = \(number)", "i = Masks.micro_batch % len(\(inputName))"]
    } else {
      lines.append("i = \(number.contains(" ") ? "(\(number))" : number) % len(\(inputName))")
    }
    lines += forward(stretch) + ["losses.append(loss.item())"]
    let divided = settings.divideLoss && k > 1
    if divided { lines.append("loss = loss / \(k)") }
    let comment = !divided && k > 1 ? "  # not divided by \(k)" : ""
    if scalesByHand(stretch) {
      lines.append("(loss * loss_scale).backward()" + comment)
    } else {
      lines.append((isScaled(stretch) ? "scaler.scale(loss).backward()" : "loss.backward()") + comment)
    }
    if settings.clipWhen == .eachBackward, settings.maxGradNorm != nil || settings.clipValue != nil {
      lines += ["# The mistake: what was accumulated so far is clipped again and again."] + clip(settings)
    }
    return k > 1 ? ["for micro in range(\(k)):"] + lines.indented() : lines
  }

  /// What DistributedDataParallel's processes do, one after the other.
  private mutating func ranks(_ stretch: TrainingCourse.Stretch) -> [String] {
    let settings = stretch.plan.settings
    let isStale = !settings.zeroGrad || stretch.start.gradients.contains { $0 != nil }
    var lines: [String] = []
    if isStale { lines.append("stale = {n: None if p.grad is None else p.grad.clone() for n, p in named.items()}") }
    lines += [
      "ranks = []  # .grad of each process under DistributedDataParallel; here they run one after the other",
      "for rank in range(\(settings.replicas)):", "    watching = rank == 0",
    ]
    lines += microBatches(stretch).indented()
    return lines + [
      "    ranks.append({n: p.grad for n, p in named.items()})",
      "    for n, p in named.items():",
      isStale ? "        p.grad = None if stale[n] is None else stale[n].clone()" : "        p.grad = None",
      "watching = True",
      "for n, p in named.items():  # the all-reduce: every process gets the mean",
      "    p.grad = ranks[0][n]",
      "    if p.grad is not None:",
      "        p.grad.copy_(sum(grads[n] * (1 / \(settings.replicas)) for grads in ranks))",
    ]
  }

  // MARK: From .grad to new weights

  private func unscale(_ stretch: TrainingCourse.Stretch) -> [String] {
    guard isScaled(stretch) else { return [] }
    guard scalesByHand(stretch) else { return ["scaler.unscale_(optimizer)"] }
    return [
      "skipped = not all(p.grad.isfinite().all() for p in named.values() if p.grad is not None)",
      "for p in named.values():  # by hand: GradScaler refuses float16",
      "    if p.grad is not None:",
      "        p.grad.mul_(1 / loss_scale)",
    ]
  }

  private func clip(_ settings: TrainingSettings) -> [String] {
    (settings.maxGradNorm.map { ["nn.utils.clip_grad_norm_(named.values(), \(formatNumber($0)))"] } ?? [])
      + (settings.clipValue.map { ["nn.utils.clip_grad_value_(named.values(), \(formatNumber($0)))"] } ?? [])
  }

  private func snapshot(_ settings: TrainingSettings) -> [String] {
    settings.snapshot == .clone
      ? ["before = {n: p.detach().clone() for n, p in named.items()}"]
      : ["before = {n: p.detach() for n, p in named.items()}  # the mistake: no clone(), it changes with the weights"]
  }

  private func lrLines(_ settings: TrainingSettings) -> [String] {
    let first = "optimizer.param_groups[0][\"lr\"]"
    switch settings.lrRead {
    case .used: return [hasGroups ? "lr = learning_rates()" : "lr = dict.fromkeys(named, lr_used)"]
    case .firstGroup: return ["lr = dict.fromkeys(named, lr_used)  # the mistake: the first group's, for all"]
    case .current:
      let value = hasGroups ? "learning_rates()" : "dict.fromkeys(named, \(first))"
      return ["lr = \(value)  # the mistake: it is the next step's by now"]
    }
  }

  private func optimizerStep(_ stretch: TrainingCourse.Stretch) -> [String] {
    let settings = stretch.plan.settings
    let reading =
      ["lr_used = optimizer.param_groups[0][\"lr\"]"] + (settings.lrRead == .current ? [] : lrLines(settings))
    guard isScaled(stretch) else { return reading + ["optimizer.step()"] }
    guard scalesByHand(stretch) else {
      return reading + [
        "scale = scaler.get_scale()",
        "scaler.step(optimizer)  # passes over optimizer.step() if a gradient is inf or nan",
        "scaler.update()", "skipped = scaler.get_scale() < scale",
      ]
    }
    return reading + [
      "if skipped:", "    loss_scale /= 2", "else:", "    optimizer.step()",
    ]
  }

  /// A merged or a disabled adapter: what a step says then.
  private mutating func failing(_ stretch: TrainingCourse.Stretch) -> [String] {
    var lines = ["", ""]
    if course.isMerged {
      lines += ["# set merged on: B A is part of the base weights, and nothing that is trained leads to the loss."]
      lines += ["model.merge_adapter()"]
    } else {
      lines += ["# set adapters off: the forward pass goes past the adapter, and the loss does not depend on it."]
      lines += ["model.disable_adapter_layers()"]
    }
    let batch = usesMasks(stretch) ? ["Masks.micro_batch = i = 0"] : ["i = 0"]
    return lines + ["try:"] + (batch + forward(stretch) + ["loss.backward()"]).indented() + [
      "except RuntimeError as error:", "    print(f\"a step fails now: {error}\")",
    ]
  }
}
