import Tensors

/// Everything that can be stopped at inside one optimizer step, in the order PyTorch does it.
/// Parameters and modules are indices into the model's graph.
public enum StepEvent: Sendable {
  case began(step: Int)
  /// A module returned.
  case forward(module: Int, output: Shape, microBatch: Int)
  /// What the loss function returned, before any division.
  case loss(Double, microBatch: Int)
  /// A node of the graph was differentiated (torch's `grad_fn` of that name).
  case backward(node: String)
  /// `saw` is grad_output for module hooks.
  case hookFired(id: Int, site: HookSite, placement: String, saw: Tensor)
  /// This backward's gradient was added to `.grad`.
  case accumulated(parameter: Int)
  /// `clip_grad_norm_` multiplied every gradient with `coefficient`.
  case clippedNorm(totalNorm: Double, coefficient: Double)
  /// The optimizer wrote a new value.
  case updated(parameter: Int, lr: Double)
  case gradientsZeroed
  case completed(StepRecord)
}
