import Training

/// One course of training: every step of it, from the first. Steps are deterministic, so only the newest records
/// are kept whole; older ones are made again, bit for bit, from the nearest checkpoint.
public struct Branch: Sendable, Sequence {
  /// Where training stands: the state, and what the next step is taken with.
  struct Standing: Sendable {
    let setup: Setup
    let state: TrainingState
  }

  /// Steps taken one after the other with one set-up.
  private struct Stretch: Sendable {
    let first: Int
    let start: Standing
  }

  /// This many of the newest records are kept whole, up to twice as many between two clearings, if they fit.
  private static let kept = 16
  private static let byteLimit = 128 << 20

  public let name: String
  /// Where it left another branch: that one's name, and the step after which it did.
  public let origin: (branch: String, step: Int)?
  /// Steps taken before its first one: those of a checkpoint that was loaded.
  public let base: Int
  private var stretches: [Stretch] = []
  private(set) var checkpoints = Checkpoints()
  private var newest: [StepRecord] = []
  public private(set) var count = 0
  /// The losses of all of its steps, thinned out where there are many.
  public private(set) var losses = LossCurve()
  /// Where training stood at its end when it was left.
  var head: Standing?

  init(name: String, base: Int = 0, origin: (branch: String, step: Int)? = nil) {
    self.name = name
    self.base = base
    self.origin = origin
  }

  public var isEmpty: Bool { count == 0 }
  public var last: StepRecord? { newest.last }
  /// The number of its last step.
  public var end: Int { base + count }
  public var recordsKept: Int { newest.count }
  public var checkpointCount: Int { checkpoints.count }
  public var checkpointInterval: Int { checkpoints.interval }
  public var checkpointBytes: Int { checkpoints.bytes }

  /// `state` is what the step began with.
  mutating func append(_ record: StepRecord, from state: TrainingState, setup: Setup) {
    if stretches.last?.start.setup.plan !== record.plan {
      stretches.append(Stretch(first: count, start: Standing(setup: setup, state: state)))
    }
    checkpoints.add(state, at: count, plan: record.plan)
    let bytes = Swift.max(1, record.plan.trainableBytes(state) * (3 + record.hooks.count))
    let kept = Swift.max(1, Swift.min(Branch.kept, Branch.byteLimit / bytes))
    if newest.count >= 2 * kept { newest.removeFirst(newest.count - kept) }
    newest.append(record)
    losses.append(record.loss, at: count)
    count += 1
    head = nil
  }

  /// What its steps were taken with, one stretch after the other; `first` steps were taken before, also on its base.
  var standings: [(first: Int, count: Int, start: Standing)] {
    stretches.indices.map { place in
      let end = place + 1 < stretches.count ? stretches[place + 1].first : count
      return (base + stretches[place].first, end - stretches[place].first, stretches[place].start)
    }
  }

  /// What takes over after `index` steps, if it is not what they were taken with: another set-up, or what stood at
  /// the branch's end.
  func takeover(at index: Int) -> Standing? {
    index == count ? head : stretches.first { $0.first == index }?.start
  }

  /// The last step at or before one from which everything can be run again without a detour.
  func checkpoint(before step: Int) -> Int { base + (checkpoints.nearest(to: Swift.max(0, step - base))?.index ?? 0) }

  /// What step `index + 1` was taken with, and the state it began with, made again if need be.
  func beginning(at index: Int) throws(TrainingError) -> Standing? {
    guard let stretch = stretches.last(where: { $0.first <= index }), let plan = stretch.start.setup.plan else {
      return nil
    }
    var (at, state) = (stretch.first, stretch.start.state)
    if let checkpoint = checkpoints.nearest(to: index), checkpoint.index > at {
      (at, state) = (checkpoint.index, checkpoint.state)
    }
    while at < index {
      var machine = StepMachine(plan, state)
      _ = try machine.finish()
      state = machine.state
      at += 1
    }
    return Standing(setup: stretch.start.setup, state: state)
  }

  /// The record of its `index`-th step, counted from 1.
  func record(_ index: Int) throws(TrainingError) -> StepRecord? {
    guard index > 0, index <= count else { return nil }
    let place = newest.count - 1 - (count - index)
    if place >= 0 { return newest[place] }
    guard let start = try beginning(at: index - 1), let plan = start.setup.plan else { return nil }
    var machine = StepMachine(plan, start.state)
    return try machine.finish()
  }

  /// The last `count` records up to step `index`, oldest first; at most those that are kept whole.
  public func suffix(_ count: Int, upTo index: Int) -> [StepRecord] {
    Array(newest.dropLast(Swift.max(0, self.count - index)).suffix(count))
  }

  /// Its first steps as a branch of their own.
  func prefix(_ index: Int, named name: String) -> Branch {
    var part = Branch(name: name, base: base, origin: (self.name, base + index))
    part.stretches = stretches.filter { $0.first < index }
    part.checkpoints = checkpoints.prefix(index)
    part.newest = newest.dropLast(count - index)
    part.losses = losses.prefix(index)
    part.count = index
    return part
  }

  /// All records in order, each made anew.
  public func makeIterator() -> AnyIterator<StepRecord> {
    var waiting = stretches[...]
    var current: (state: TrainingState, plan: TrainingPlan, left: Int)?
    return AnyIterator {
      if current.map({ $0.left == 0 }) ?? true {
        current = waiting.popFirst().flatMap { stretch in
          stretch.start.setup.plan.map {
            (stretch.start.state, $0, (waiting.first?.first ?? self.count) - stretch.first)
          }
        }
      }
      guard let (state, plan, left) = current else { return nil }
      var machine = StepMachine(plan, state)
      let record = try? machine.finish()
      current = (machine.state, plan, left - 1)
      return record
    }
  }
}

extension StepMachine {
  /// Runs to the end of the step and returns what was observed.
  mutating func finish() throws(TrainingError) -> StepRecord? {
    while let event = try next() {
      if case .completed(let record) = event { return record }
    }
    return nil
  }
}
