extension Setting {
  /// What happens around `backward()` and `optimizer.step()`.
  static let stepSettings: [Setting] = [
    .count(
      "gradient_accumulation_steps", aliases: ["accumulation"], \.training.gradientAccumulationSteps, 1...65_536,
      "micro-batches in one step"),
    .flag("divide_loss", \.training.divideLoss, "divide each micro-batch's loss by their number"),
    .limit(
      "max_grad_norm", aliases: ["clip_norm"], \.training.maxGradNorm,
      "clip_grad_norm_ over all trainable parameters before the optimizer; 0 is off as in the HF Trainer "
        + "(torch's own clip_grad_norm_(0) would zero the update)"),
    .flag("zero_grad", \.training.zeroGrad, "optimizer.zero_grad() after each step; off: forgotten"),
  ]
}
