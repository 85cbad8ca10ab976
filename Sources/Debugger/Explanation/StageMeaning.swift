import Training

extension LedgerStage {
  /// What it does to a gradient on its way from the hook to the new weight, for a reader who asks before any step.
  public var meaning: String {
    switch self {
    case .capture: "what the hook kept of what it saw: the last of k, an overwritten slot, a reference"
    case .hookTransform: "a hook returned another gradient than it was given"
    case .accumulate: ".grad adds up the micro-batches, and the hook saw them one at a time"
    case .staleGrad: ".grad still held earlier steps' gradients: zero_grad was forgotten"
    case .allReduce: "DistributedDataParallel takes the mean over the ranks"
    case .unscale: "GradScaler.unscale_ divides by the loss scale"
    case .clipNorm: "clip_grad_norm_ multiplies all gradients by min(1, max_norm/(total_norm + 1e-6))"
    case .clipValue: "clip_grad_value_ cuts every element to what is between -X and X"
    case .maximize: "the optimizer turns the sign: maximize=True"
    case .weightDecay: "SGD and Adam add weight_decay * p to the gradient"
    case .momentum: "SGD steps along a buffer of all gradients so far"
    case .preconditioner: "Adam steps along m/(sqrt(v) + eps) instead of the gradient"
    case .decoupledWeightDecay: "AdamW shrinks the weight by lr * weight_decay * p beside the step"
    case .lrRead: "the difference was divided by another lr than the step used"
    case .snapshot: "the state dict from before the step was not cloned, so nothing seems to have moved"
    case .rounding: "the new weight was rounded to its dtype"
    case .skippedStep: "GradScaler found inf or nan and passed over optimizer.step()"
    }
  }
}
