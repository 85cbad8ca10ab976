import Autograd
import Tensors

// The first half of a step: micro-batches forward and backward, on each replica.

extension StepMachine {
  mutating func runBackward() throws(TrainingError) -> StepEvent? {
    switch phase {
    case .forward:
      if let event = forward?.next() {
        return watched(.forward(module: event.module, output: event.output, microBatch: microBatch, isAgain: false))
      }
      phase = .loss
      return nil
    case .loss:
      return try computeLoss()
    case .backward:
      if let event = backward?.next() { return handle(event) }
      backward = nil
      phase = .clipMicroBatch
      return nil
    case .clipMicroBatch:
      phase = .nextMicroBatch
      guard plan.settings.clipWhen == .eachBackward else { return nil }
      let event = clipNorm()
      let limited = clipValue()
      return watched(event ?? limited)
    default:
      finishMicroBatch()
      return nil
    }
  }

  /// Which micro-batch this is since training began; replica r of R takes every R-th.
  private var use: Int { state.batchesUsed + microBatch * plan.settings.replicas + replica }

  mutating func startMicroBatch() {
    phase = .forward
    forward = plan.forwardPass(state.parameters, use: use)
  }

  private mutating func computeLoss() throws(TrainingError) -> StepEvent {
    guard let (recorded, output, rerun) = forward?.finish() else {
      preconditionFailure("a loss without a forward pass")
    }
    forward = nil
    var tape = consume recorded
    var loss = plan.loss.apply(output, target: plan.target(ofUse: use), on: &tape)
    let value = tape[loss][0]
    let count = plan.settings.gradientAccumulationSteps
    if plan.settings.divideLoss && count > 1 { loss = tape.divide(loss, by: Double(count)) }
    lossScaleUsed = lossScale
    if let scale = lossScaleUsed { loss = tape.scale(loss, by: scale) }
    guard tape.requiresGrad(loss) else { throw .lossNeedsNoGradient }
    backward = BackwardPass(from: loss, on: consume tape, plan.model, run: rerun)
    losses += value
    lossCount += 1
    phase = .backward
    return .loss(value, microBatch: microBatch, replica: replica)
  }

  private mutating func handle(_ event: consuming BackwardEvent) -> StepEvent? {
    switch consume event {
    case .node(let name, let results):
      return watched(.backward(node: name, results: results))
    case .recomputed(let event):
      return watched(.forward(module: event.module, output: event.output, microBatch: microBatch, isAgain: true))
    case .tensorHook(let entry, let saw), .modulePreHook(let entry, let saw):
      guard replica == 0 else { return nil }
      record(entry, saw: saw)
      return fired(entry, saw)
    case .moduleHook(let entry, let gradInput, let gradOutput):
      guard replica == 0 else { return nil }
      record(entry, saw: gradOutput, gradInput: gradInput)
      return fired(entry, gradOutput)
    case .leaf(let parameter, let gradient):
      let before = self[gradient: parameter]
      let after = before.map { $0 + gradient } ?? gradient
      self[gradient: parameter] = after
      if ledger != nil, replica == 0, let place = place(of: parameter) {
        ledger?.pages[place].deliver(gradient, before: before, after: after)
      }
      waiting = plan.hooks.afterAccumulation[parameter].reversed()
      return watched(.accumulated(parameter: parameter, gradient: after))
    }
  }

  /// The micro-batch that is being run, counted from 0; nil once the last one is through.
  public var microBatchInProgress: Int? {
    switch phase {
    case .start, .forward, .loss, .backward, .clipMicroBatch, .nextMicroBatch: microBatch
    default: nil
    }
  }

  /// What happens on other ranks is not shown.
  private func watched(_ event: StepEvent?) -> StepEvent? { replica == 0 ? event : nil }

  /// On to the next micro-batch, the next replica, or the optimizer's half.
  private mutating func finishMicroBatch() {
    microBatch += 1
    if microBatch < plan.settings.gradientAccumulationSteps { return startMicroBatch() }
    if replica == 0 { noteBackwardIsDone() } else { gradientsOfReplicas.append(localGradients) }
    if replica + 1 < plan.settings.replicas {
      replica += 1
      microBatch = 0
      localGradients = staleGradients
      return startMicroBatch()
    }
    replica = 0
    state.batchesUsed += plan.settings.gradientAccumulationSteps * plan.settings.replicas
    phase = .allReduce
  }
}
