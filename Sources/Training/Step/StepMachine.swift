import Autograd
import Tensors

/// One optimizer step, pulled event by event. It is a value: a copy can be run ahead and thrown away.
///
///     for each replica, for each micro-batch: forward, loss, backward with its hooks, accumulation
///     all-reduce, unscale, clip, step_pre hooks, optimizer, step_post hooks, scheduler, zero_grad
public struct StepMachine: Sendable {
  public let plan: TrainingPlan
  public internal(set) var state: TrainingState
  private let keepsRecord: Bool
  let before: [Tensor]
  /// `.grad` as the last step left it: nothing, unless zero_grad was forgotten.
  let staleGradients: [Tensor?]
  var phase = Phase.start
  var forward: ForwardPass?
  var backward: BackwardPass?
  var microBatch = 0
  /// The rank whose micro-batches are being run. Only rank 0 is watched: a hook lives in one process.
  var replica = 0
  /// `.grad` of the rank being run, if it is not rank 0, and of those that are through.
  var localGradients: [Tensor?] = []
  var gradientsOfReplicas: [[Tensor?]] = []
  var losses = 0.0
  var lossCount = 0
  var recorder: HookRecorder
  /// Entries of `plan.hooks` that are about to fire, the next one last.
  var waiting: [Int] = []
  var clipping: NormClipping?
  var isSkipped = false
  var lossScaleUsed: Double?
  /// The learning rate of each trainable parameter that the optimizer uses, and the gradient that it used.
  var lrsUsed: [Double]
  /// What the schedule multiplied them with.
  var factorUsed: Double
  var gradientsUsed: [Tensor?]
  var ledger: LedgerBook?
  /// Made before gradients are zeroed.
  var record: StepRecord?

  enum Phase: Sendable {
    case start, forward, loss, backward, clipMicroBatch, nextMicroBatch
    case allReduce, unscale, clipNorm, clipValue, scheduleBefore, beforeOptimizer
    case optimizer(Int)
    case afterOptimizer, clipNormAfter, clipValueAfter, scheduleAfter, record, zeroGrad, completed, finished
  }

  /// With `keepsLedger` the record has every trainable parameter's gradient after each stage; without `keepsRecord`
  /// there is none, and nothing is compared.
  public init(_ plan: TrainingPlan, _ state: TrainingState, keepsLedger: Bool = false, keepsRecord: Bool = true) {
    self.plan = plan
    self.keepsRecord = keepsRecord
    self.state = state
    before = state.parameters
    staleGradients = state.gradients
    recorder = HookRecorder(plan.hooks)
    factorUsed = plan.schedule.factor(at: state.schedulerSteps)
    lrsUsed = plan.lrs(times: factorUsed)
    gradientsUsed = Array(repeating: nil, count: plan.trainable.count)
    if keepsLedger { ledger = LedgerBook(stale: plan.trainable.map { state.gradients[$0] }) }
    setThreads(plan.settings.threads)
  }

  /// The next event; nil when the step is over.
  public mutating func next() throws(TrainingError) -> StepEvent? {
    while true {
      if let entry = waiting.popLast() {
        if let event = fireOnGradient(entry) { return event }
        continue
      }
      switch phase {
      case .start:
        startMicroBatch()
        return .began(step: state.step + 1)
      case .forward, .loss, .backward, .clipMicroBatch, .nextMicroBatch:
        if let event = try runBackward() { return event }
      case .record:
        state.step += 1
        if keepsRecord { record = makeRecord() }
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
      default:
        if let event = runUpdate() { return event }
      }
    }
  }

  /// Takes the state out of a machine that is through: the machine as a whole would be copied with it otherwise.
  public mutating func takeState() -> TrainingState {
    var taken = TrainingState(parameters: [])
    swap(&taken, &state)
    return taken
  }

  /// What has been observed so far in a step that is not over, under the number it will have.
  public var partialRecord: StepRecord {
    var ahead = self
    ahead.state.step += 1
    return ahead.makeRecord()
  }

  /// Fires a hook whose argument is `.grad` itself, which it may scale in place.
  private mutating func fireOnGradient(_ entry: Int) -> StepEvent? {
    let hook = plan.hooks.entries[entry]
    guard case .parameter(let parameter) = hook.site, let gradient = self[gradient: parameter] else { return nil }
    if replica == 0 { record(entry, saw: gradient) }
    if let scale = hook.scale { replaceGradient(of: parameter, by: gradient.scaled(by: scale), .hookTransform) }
    return replica == 0 ? fired(entry, gradient) : nil
  }

  /// A hook keeps what it saw, in its own way; the ledger keeps all of it.
  mutating func record(_ entry: Int, saw value: Tensor, gradInput: Tensor? = nil) {
    recorder.fire(entry, in: plan.hooks, saw: value, gradInput: gradInput)
    guard var book = ledger, case .parameter(let parameter) = plan.hooks.entries[entry].site,
      let place = place(of: parameter)
    else { return }
    ledger = nil
    if var known = book.sightings[entry] {
      known.repeated(value, book.pages[place])
      book.sightings[entry] = known
    } else {
      book.sightings[entry] = Sighting(value, book.pages[place])
    }
    ledger = book
  }

  /// A parameter's index among those that are trained.
  func place(of parameter: Int) -> Int? { plan.trainable.firstIndex(of: parameter) }

  func fired(_ entry: Int, _ saw: Tensor) -> StepEvent {
    let hook = plan.hooks.entries[entry]
    return .hookFired(id: hook.id, site: hook.site, placement: hook.placement, saw: saw)
  }

  /// `.grad` of a parameter on the rank that is being run.
  subscript(gradient parameter: Int) -> Tensor? {
    get { replica == 0 ? state.gradients[parameter] : localGradients[parameter] }
    set {
      if replica == 0 { state.gradients[parameter] = newValue } else { localGradients[parameter] = newValue }
    }
  }

  /// Puts another tensor into a `.grad` of the rank that is being run, and tells the ledger.
  mutating func replaceGradient(of parameter: Int, by gradient: Tensor, _ stage: LedgerStage) {
    let before = self[gradient: parameter]
    self[gradient: parameter] = gradient
    guard ledger != nil, replica == 0, !isOver, let before, let place = place(of: parameter) else { return }
    ledger?.pages[place].note(stage, before: before, after: gradient)
  }

  /// Does something to every `.grad` that there is.
  mutating func changeGradients(_ stage: LedgerStage, _ change: (Tensor) -> Tensor) {
    for parameter in plan.trainable {
      if let gradient = self[gradient: parameter] { replaceGradient(of: parameter, by: change(gradient), stage) }
    }
  }

  /// Tells the ledger that rank 0's backward passes are through.
  mutating func noteBackwardIsDone() {
    guard ledger != nil else { return }
    for (place, parameter) in plan.trainable.enumerated() {
      ledger?.pages[place].finishBackward(state.gradients[parameter])
    }
  }
}

extension TrainingPlan {
  /// The learning rates of the trainable parameters, each times what the schedule says.
  func lrs(times factor: Double) -> [Double] { factor == 1 ? baseLRs : baseLRs.map { $0 * factor } }
}
