import Autograd
import Tensors

/// One optimizer step, pulled event by event. It is a value: a copy can be run ahead and thrown away.
///
///     for each micro-batch: forward, loss, backward with its hooks, accumulation
///     clip_grad_norm_, step_pre hooks, optimizer, step_post hooks, zero_grad
public struct StepMachine: Sendable {
  private let plan: TrainingPlan
  public private(set) var state: TrainingState
  private let before: [Tensor]
  private var phase = Phase.start
  private var forward: ForwardPass?
  private var backward: BackwardPass?
  private var microBatch = 0
  private var losses = 0.0
  private var lossCount = 0
  private var recorder: HookRecorder
  /// Entries of `plan.hooks` that are about to fire, the next one last.
  private var waiting: [Int] = []
  private var clipping: NormClipping?
  /// Made before gradients are zeroed.
  private var record: StepRecord?

  private enum Phase: Sendable {
    case start, forward, loss, backward, clip, beforeOptimizer
    case optimizer(Int)
    case afterOptimizer, record, zeroGrad, completed, finished
  }

  public init(_ plan: TrainingPlan, _ state: TrainingState) {
    self.plan = plan
    self.state = state
    before = state.parameters
    recorder = HookRecorder(plan.hooks)
    setMatMulThreads(plan.settings.threads)
  }

  /// The next event; nil when the step is over.
  public mutating func next() throws(TrainingError) -> StepEvent? {
    while true {
      if let entry = waiting.popLast() { return fireOnGradient(entry) }
      switch phase {
      case .start:
        startMicroBatch()
        return .began(step: state.step + 1)
      case .forward:
        if let event = forward?.next() {
          return .forward(module: event.module, output: event.output, microBatch: microBatch)
        }
        phase = .loss
      case .loss:
        return try computeLoss()
      case .backward:
        if let event = backward?.next() {
          if let event = handle(event) { return event }
        } else {
          finishMicroBatch()
        }
      case .clip:
        phase = .beforeOptimizer
        if let event = clip() { return event }
      case .beforeOptimizer:
        waiting = plan.hooks.beforeOptimizer.reversed()
        phase = .optimizer(0)
      case .optimizer(let place):
        if let event = update(place) { return event }
      case .afterOptimizer:
        waiting = plan.hooks.afterOptimizer.reversed()
        phase = .record
      case .record:
        state.step += 1
        record = makeRecord()
        phase = plan.settings.zeroGrad ? .zeroGrad : .completed
      case .zeroGrad:
        for index in state.gradients.indices { state.gradients[index] = nil }
        phase = .completed
        return .gradientsZeroed
      case .completed:
        phase = .finished
        guard let record = record.take() else { return nil }
        return .completed(record)
      case .finished:
        return nil
      }
    }
  }

  /// What has been observed so far in a step that is not over, under the number it will have.
  public var partialRecord: StepRecord {
    var ahead = self
    ahead.state.step += 1
    return ahead.makeRecord()
  }

  private var batch: Int { state.batchesUsed % plan.dataset.count }

  private mutating func startMicroBatch() {
    phase = .forward
    forward = ForwardPass(
      plan.graph, parameters: state.parameters, input: plan.dataset.inputs[batch], hooks: plan.hooks.backward)
  }

  private mutating func computeLoss() throws(TrainingError) -> StepEvent {
    guard let pass = forward.take() else { preconditionFailure("a loss without a forward pass") }
    let output = pass.output
    var tape = pass.finish()
    var loss = plan.loss.apply(output, target: plan.dataset.targets[batch], on: &tape)
    let value = tape[loss][0]
    let count = plan.settings.gradientAccumulationSteps
    if plan.settings.divideLoss && count > 1 { loss = tape.divide(loss, by: Double(count)) }
    guard let pass = BackwardPass(from: loss, on: consume tape, hooks: plan.hooks.backward) else {
      throw .lossNeedsNoGradient
    }
    backward = pass
    losses += value
    lossCount += 1
    phase = .backward
    return .loss(value, microBatch: microBatch)
  }

  private mutating func handle(_ event: BackwardEvent) -> StepEvent? {
    switch event {
    case .node(let name):
      return .backward(node: name)
    case .tensorHook(let entry, let saw), .modulePreHook(let entry, let saw):
      recorder.fire(entry, in: plan.hooks, saw: saw)
      return fired(entry, saw)
    case .moduleHook(let entry, let gradInput, let gradOutput):
      recorder.fire(entry, in: plan.hooks, saw: gradOutput, gradInput: gradInput)
      return fired(entry, gradOutput)
    case .leaf(let parameter, let gradient):
      state.gradients[parameter] = state.gradients[parameter].map { $0 + gradient } ?? gradient
      waiting = plan.hooks.afterAccumulation[parameter].reversed()
      return .accumulated(parameter: parameter)
    }
  }

  private mutating func finishMicroBatch() {
    backward = nil
    state.batchesUsed += 1
    microBatch += 1
    if microBatch < plan.settings.gradientAccumulationSteps {
      startMicroBatch()
    } else {
      phase = .clip
    }
  }

  /// Fires a hook whose argument is `.grad` itself, which it may scale in place.
  private mutating func fireOnGradient(_ entry: Int) -> StepEvent? {
    let hook = plan.hooks.entries[entry]
    guard case .parameter(let parameter) = hook.site, let gradient = state.gradients[parameter] else { return nil }
    recorder.fire(entry, in: plan.hooks, saw: gradient)
    if let scale = hook.scale { state.gradients[parameter] = gradient.scaled(by: scale) }
    return fired(entry, gradient)
  }

  private func fired(_ entry: Int, _ saw: Tensor) -> StepEvent {
    let hook = plan.hooks.hooks[plan.hooks.entries[entry].hook]
    return .hookFired(
      id: hook.id, site: plan.hooks.entries[entry].site, placement: hook.placement.name, saw: saw)
  }

  private mutating func clip() -> StepEvent? {
    guard let maxNorm = plan.settings.maxGradNorm else { return nil }
    let gradients = plan.trainable.compactMap { state.gradients[$0] }
    guard let dtype = gradients.first?.dtype else { return nil }
    let outcome = NormClipping(gradients, maxNorm: maxNorm, dtype: dtype)
    for parameter in plan.trainable {
      state.gradients[parameter] = state.gradients[parameter]?.scaled(by: outcome.coefficient)
    }
    clipping = outcome
    return .clippedNorm(totalNorm: outcome.totalNorm, coefficient: outcome.coefficient)
  }

  private mutating func update(_ place: Int) -> StepEvent? {
    guard place < plan.trainable.count else {
      phase = .afterOptimizer
      return nil
    }
    phase = .optimizer(place + 1)
    let parameter = plan.trainable[place]
    // As in torch, a parameter without a gradient is passed over: no decay, no momentum.
    guard let gradient = state.gradients[parameter] else { return nil }
    let lr = plan.lrs[place]
    state.parameters[parameter] = plan.optimizer.update(
      state.parameters[parameter], gradient: gradient, lr: lr, slots: &state.optimizerSlots[parameter])
    return .updated(parameter: parameter, lr: lr)
  }

  /// Whether the optimizer has passed a trainable parameter.
  private func isWritten(_ place: Int) -> Bool {
    switch phase {
    case .start, .forward, .loss, .backward, .clip, .beforeOptimizer: false
    case .optimizer(let next): place < next
    case .afterOptimizer, .record, .zeroGrad, .completed, .finished: true
    }
  }

  private func makeRecord() -> StepRecord {
    let readings = recorder.readings(plan.hooks, gradients: state.gradients)
    let parameters = plan.trainable.enumerated().map { place, parameter in
      let hook = plan.defaultHooks[place]
      return ParameterRecord(
        parameter: parameter, before: before[parameter], after: state.parameters[parameter],
        grad: state.gradients[parameter], lr: plan.lrs[place],
        hook: hook.map { (plan.hooks.hooks[$0.hook].id, readings[$0.hook][$0.site]) },
        isPending: !isWritten(place))
    }
    return StepRecord(
      step: state.step, loss: lossCount == 0 ? nil : losses / Double(lossCount), parameters: parameters,
      readings: readings,
      clipping: clipping, plan: plan)
  }
}
