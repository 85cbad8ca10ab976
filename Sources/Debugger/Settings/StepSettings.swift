import Training

extension Setting {
  /// What happens around `backward()` and `optimizer.step()`.
  static let stepSettings: [Setting] = [
    .count(
      "gradient_accumulation_steps", aliases: ["accumulation"], \.training.gradientAccumulationSteps, 1...65_536,
      "micro-batches in one step"),
    .flag("divide_loss", \.training.divideLoss, "divide each micro-batch's loss by their number"),
    .limit(
      "max_grad_norm", aliases: ["clip_norm", "max_norm"], \.training.maxGradNorm, zero: .off,
      "clip_grad_norm_ over all trainable parameters before the optimizer; 0 is off as in the HF Trainer "
        + "(torch's own clip_grad_norm_(0) would zero the update)"),
    .limit("clip_value", \.training.clipValue, zero: .number, "clip_grad_value_: every element between -X and X"),
    .name(
      "clip_when", \.training.clipWhen,
      "once before the optimizer; by mistake after every micro-batch; or after the optimizer, too late"),
    .limit(
      "loss_scale", \.training.lossScale, zero: .refused,
      "GradScaler(init_scale=X): gradients are unscaled before clipping; inf or nan skips the step and halves the scale"
    ),
    .count(
      "replicas", \.training.replicas, 1...1024,
      "ranks under DistributedDataParallel: hooks see rank 0's own gradient, .grad becomes the mean"),
    .flag("zero_grad", \.training.zeroGrad, "optimizer.zero_grad() after each step; off: forgotten"),
    .name(
      "snapshot", \.training.snapshot, "the state dict from before the step: cloned, or a reference to the weights"),
    .flag(
      "checkpointing", \.training.checkpointing, "gradient checkpointing (use_reentrant=False): forward runs twice"),
  ]
}
