import Tensors
import Training

extension StageText {
  /// How the update was measured.
  static let readingStages: [StageText] = [
    StageText(
      stage: .lrRead,
      note: { context, _ in
        let (used, read) = (context.parameter.lrUsed, context.parameter.lr)
        return "\(times(used / read)) = \(shortNumber(used))/\(shortNumber(read)), lr used/lr divided by"
      },
      clause: { context in
        let (used, read) = (shortNumber(context.parameter.lrUsed), shortNumber(context.parameter.lr))
        let why =
          context.settings.lrRead == .firstGroup
          ? "that of param_groups[0], and this parameter's group has" : "read after scheduler.step(), and the step used"
        return "the difference was divided by lr \(read), \(why) \(used)"
      },
      advice: { context in
        context.settings.lrRead == .firstGroup
          ? ["lr = next(g[\"lr\"] for g in optimizer.param_groups if any(q is p for q in g[\"params\"]))"]
          : ["lr = optimizer.param_groups[i][\"lr\"]  # read before scheduler.step(), of p's own group"]
      }),
    StageText(
      stage: .snapshot, note: { _, _ in "x0: the state dict is a reference, before is after" },
      clause: { _ in "the state dict from before the step was not cloned, so it shows the new weights" },
      advice: { _ in ["before = {k: v.detach().clone() for k, v in model.state_dict().items()}"] }),
    StageText(
      stage: .rounding,
      note: { context, _ in
        let resolution = tiny(context.comparison.resolution)
        return "\(context.parameter.before.dtype.rawValue): the weights' last bit is worth \(resolution) here, ulp/lr"
      },
      clause: { context in
        let dtype = context.parameter.before.dtype.rawValue
        return "\(dtype) cannot carry so small an update: one bit of the weights is "
          + "\(tiny(context.comparison.resolution)) in units of the gradient"
      },
      advice: { context in
        context.parameter.before.dtype.is16Bit
          ? ["model.to(torch.float32)  # keep the trained weights in float32, compute under torch.autocast"]
          : ["model.double()  # to compare; or compare p.grad itself, which is not rounded to the weights' ulp"]
      }),
    StageText(
      stage: .skippedStep, note: { _, _ in "x0: GradScaler found inf or nan and skipped optimizer.step()" },
      clause: { _ in "GradScaler found inf or nan among the unscaled gradients and did not call optimizer.step()" },
      advice: { _ in
        ["scale = scaler.get_scale(); scaler.step(optimizer); scaler.update()", "skipped = scaler.get_scale() < scale"]
      }),
  ]
}
