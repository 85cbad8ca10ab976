import Autograd
import Tensors

extension TrainingPlan {
  /// The loss that a step starting with `state` would report if its parameters were these: the mean over its
  /// micro-batches and replicas, with its dropout masks. Nothing is trained.
  public func loss(of parameters: [Tensor], from state: TrainingState) -> Double {
    let count = settings.gradientAccumulationSteps * settings.replicas
    var sum = 0.0
    for use in 0..<count {
      var pass = forwardPass(parameters, use: state.batchesUsed + use)
      while pass.next() != nil {}
      let finished = pass.finish()
      var tape = finished.tape
      let value = loss.apply(finished.output, target: target(ofUse: state.batchesUsed + use), on: &tape)
      sum += tape[value][0]
    }
    return sum / Double(count)
  }

  /// The same step with other parameters trained, nothing hooked and nothing clipped: its gradients are dL/dp.
  public func probing(_ graph: ModuleGraph) throws(TrainingError) -> TrainingPlan {
    var plain = settings
    (plain.maxGradNorm, plain.clipValue, plain.checkpointing) = (nil, nil, false)
    return try TrainingPlan(graph: graph, dataset: dataset, loss: loss, hooks: [], settings: plain)
  }

  /// The same step with more hooks, which fire before the ones there are.
  public func watched(by more: [Hook]) throws(TrainingError) -> TrainingPlan {
    try TrainingPlan(graph: graph, dataset: dataset, loss: loss, hooks: more + hooks.hooks, settings: settings)
  }
}

extension StepMachine {
  /// `.grad` of each parameter as the optimizer is about to get it: accumulated, averaged, unscaled.
  public consuming func gradientsForOptimizer() throws(TrainingError) -> [Tensor?] {
    state.gradients = state.gradients.map { _ in nil }
    while let event = try next() {
      switch event {
      case .updated, .skipped, .completed: return state.gradients
      default: continue
      }
    }
    return state.gradients
  }
}
