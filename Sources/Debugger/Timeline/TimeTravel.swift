import Autograd
import Tensors
import Training

// Going to another moment. The future stays: stepping walks along it again, a change leaves it for a new branch.

extension Session {
  /// The current branch, with every step of it, also those that are ahead.
  public var records: Branch { timeline.current }

  /// Steps of the current branch that are ahead.
  public var stepsAhead: Int { timeline.end - step }

  /// Goes to the moment after `step` steps, or after some events of the next one.
  public mutating func travel(to step: Int, event: Int = 0) throws(DebuggerError) {
    let branch = timeline.current
    guard graph != nil else { throw Session.noModel }
    guard step >= branch.base, step <= branch.end else {
      let reach = branch.isEmpty ? "no step was taken yet" : "\(branch.name) goes from \(branch.base) to \(branch.end)"
      throw DebuggerError("there is no step \(step): \(reach)", word: 0)
    }
    leave()
    try arrive(at: step)
    for taken in 0..<event {
      _ = try advance()
      guard isInsideStep else { throw DebuggerError("step \(step + 1) has only \(taken + 1) events", word: 0) }
    }
  }

  /// Goes back by some steps; the beginning of a step in progress is the first one.
  public mutating func goBack(_ count: Int) throws(DebuggerError) {
    let base = timeline.current.base
    let behind = step - base + (isInsideStep ? 1 : 0)
    guard behind > 0 else { throw DebuggerError("this is the beginning") }
    guard count <= behind else {
      throw DebuggerError("only \(behind) \(behind == 1 ? "step lies" : "steps lie") behind", word: 0)
    }
    try travel(to: base + behind - count)
  }

  /// Goes back by some events, over the borders of steps too.
  public mutating func goBack(events count: Int) throws(DebuggerError) {
    var (target, left) = (step, count)
    var within = eventsTaken
    while left > within {
      guard target > timeline.current.base else { throw DebuggerError("this many events do not lie behind", word: 0) }
      left -= within
      target -= 1
      within = try eventCount(ofStep: target + 1)
    }
    try travel(to: target, event: within - left)
  }

  /// The events of a step that was taken.
  public func eventCount(ofStep number: Int) throws(DebuggerError) -> Int {
    guard var machine = try machine(ofStep: number) else { return 0 }
    return try DebuggerError.wrap { () throws(TrainingError) in
      var count = 0
      while try machine.next() != nil { count += 1 }
      return count
    }
  }

  /// How often a module's forward ran in the observed step, as far as it got; on the first replica.
  func forwardCount(ofModule module: Int) throws(DebuggerError) -> Int {
    let taken = try observedStep()
    var machine = StepMachine(taken.plan, taken.state)
    let events = isInsideStep ? eventsTaken : Int.max
    return try DebuggerError.wrap { () throws(TrainingError) in
      var (count, passed) = (0, 0)
      while passed < events, let event = try machine.next() {
        passed += 1
        if case .forward(module, _, _, _) = event { count += 1 }
      }
      return count
    }
  }

  /// A step that was taken, about to be taken again.
  func machine(ofStep number: Int, keepsLedger: Bool = false) throws(DebuggerError) -> StepMachine? {
    let branch = timeline.current
    return try DebuggerError.wrap { () throws(TrainingError) in
      guard let start = try branch.beginning(at: number - 1 - branch.base), let plan = start.setup.plan else {
        return nil
      }
      return StepMachine(plan, start.state, keepsLedger: keepsLedger)
    }
  }

  /// Starts a new branch here.
  public mutating func startBranch(named name: String? = nil) throws(DebuggerError) {
    guard graph != nil else { throw Session.noModel }
    if let name, timeline.branches.contains(where: { $0.name == name }) {
      throw DebuggerError("there is a branch '\(name)' already", word: 0)
    }
    leave()
    let index = step - timeline.current.base
    timeline.start(timeline.current.prefix(index, named: name ?? timeline.freshName))
  }

  /// Goes to the end of another branch.
  public mutating func switchBranch(to index: Int) throws(DebuggerError) {
    leave()
    timeline.choose(index)
    try arrive(at: timeline.current.end)
  }

  /// Remembers where training stands, if this is the end of the branch.
  private mutating func leave() {
    guard stepsAhead == 0, let state, let model else { return }
    let head = Branch.Standing(setup: Setup(configuration, model, unmergedWeights, plan), state: state)
    timeline.update { $0.head = head }
  }

  private mutating func arrive(at step: Int) throws(DebuggerError) {
    let branch = timeline.current
    let index = step - branch.base
    machine = nil
    lastEvent = nil
    eventsTaken = 0
    stopList.nonFinite = NonFiniteWatch()
    let standing = try DebuggerError.wrap { () throws(TrainingError) in
      lastRecord = try branch.record(index)
      if let takeover = branch.takeover(at: index) { return Branch.Standing?.some(takeover) }
      return index < branch.count ? try branch.beginning(at: index) : nil
    }
    if let standing { take(standing) }
  }

  mutating func take(_ standing: Branch.Standing) {
    configuration = standing.setup.configuration
    model = standing.setup.model
    unmergedWeights = standing.setup.unmergedWeights
    plan = standing.setup.plan
    state = standing.state
  }
}
