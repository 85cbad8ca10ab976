import Tensors

/// Everything that can be stopped at inside one optimizer step, in the order PyTorch does it.
/// Parameters and modules are indices into the model's graph.
public enum StepEvent: Sendable {
  case began(step: Int)
  /// A module returned; `isAgain` under gradient checkpointing, when the backward pass needs it.
  case forward(module: Int, output: Tensor, microBatch: Int, isAgain: Bool)
  /// What the loss function returned, before any division or scaling; of other replicas it is all that is told.
  case loss(Double, microBatch: Int, replica: Int)
  /// A node of the graph was differentiated (torch's `grad_fn` of that name): the gradients of its inputs.
  case backward(node: String, results: [Tensor?])
  /// `saw` is grad_output for module hooks.
  case hookFired(id: Int, site: HookSite, placement: String, saw: Tensor)
  /// This backward's gradient was added to `.grad`, which is now this.
  case accumulated(parameter: Int, gradient: Tensor)
  /// `.grad` became the mean over the replicas.
  case allReduced(replicas: Int)
  /// `.grad` was divided by the loss scale; with inf or NaN in it the optimizer is passed over.
  case unscaled(scale: Double, foundInf: Bool)
  /// `clip_grad_norm_` multiplied every gradient with `coefficient`.
  case clippedNorm(totalNorm: Double, coefficient: Double)
  /// `clip_grad_value_` limited every element.
  case clippedValue(bound: Double)
  /// The optimizer wrote this new value.
  case updated(parameter: Int, lr: Double, value: Tensor)
  /// `optimizer.step()` was not called.
  case skipped
  /// `scheduler.step()`: what learning rates are multiplied with from now on.
  case scheduled(factor: Double)
  case gradientsZeroed
  /// Indirect, because every event would be as large as the record.
  indirect case completed(StepRecord)
}
