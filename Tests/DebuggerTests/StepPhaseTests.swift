import Models
import Testing
import Training

@testable import Debugger

@Suite("The parts of a step, and what a branch's steps came to")
struct StepPhaseTests {
  private func hooked(_ change: (inout Configuration) -> Void) throws -> Session {
    var made = try session("linear 6 5", change)
    _ = try made.configure { $0.hooks = [HookRequest(id: 1, target: nil)] }
    return made
  }

  @Test(
    "the events of a step come in the parts that the settings announce",
    arguments: [
      { _ in },
      {
        $0.training.gradientAccumulationSteps = 2
        $0.training.maxGradNorm = 0.05
        $0.training.scheduler = "linear"
      },
      {
        $0.training.clipValue = 0.01
        $0.training.clipWhen = .eachBackward
        $0.training.replicas = 2
        $0.training.lossScale = 1024
      },
      {
        $0.training.maxGradNorm = 0.05
        $0.training.clipWhen = .afterStep
        $0.training.scheduler = "cosine"
        $0.training.schedulerOrder = .before
        $0.training.zeroGrad = false
      },
    ] as [@Sendable (inout Configuration) -> Void])
  func order(change: @Sendable (inout Configuration) -> Void) throws {
    var session = try hooked(change)
    let announced = session.stepPhases
    var met: [StepPhase] = []
    repeat {
      let phase = StepPhase(of: try session.advance())
      if session.isInsideStep { #expect(session.phase == phase) }
      if !met.contains(phase) { met.append(phase) }
    } while session.isInsideStep
    #expect(met == announced && session.phase == nil)
  }

  @Test("inside a step of several micro-batches it is known which one is run")
  func microBatches() throws {
    var session = try hooked { $0.training.gradientAccumulationSteps = 3 }
    #expect(session.microBatch == nil)
    var numbers: [Int] = []
    repeat {
      let event = try session.advance()
      if case .loss(_, let microBatch, _) = event { #expect(session.microBatch?.number == microBatch + 1) }
      let number = session.microBatch?.number ?? 0
      if numbers.last != number { numbers.append(number) }
      #expect(session.microBatch.map { $0.count == 3 } ?? true)
    } while session.isInsideStep
    #expect(numbers == [1, 2, 3, 0])
    var single = try hooked { _ in }
    _ = try single.advance()
    #expect(single.isInsideStep && single.microBatch == nil)
  }

  @Test("a breakpoint is shown in the part that its events lie in")
  func breakpoints() throws {
    var session = try hooked { $0.training.maxGradNorm = 0.05 }
    func phases(at place: String?, on target: String? = nil) throws -> Set<StepPhase> {
      var other = session
      _ = try other.addBreakpoint(
        place: try place.map { try BreakPlace.find($0) }, on: target, if: nil, isTemporary: false, words: "")
      return other.phasesWithBreakpoints
    }
    #expect(session.phasesWithBreakpoints.isEmpty)
    #expect(try phases(at: "clip_norm") == [.clip])
    #expect(try phases(at: "post_accumulate") == [.hooks])
    #expect(try phases(at: "momentum") == [.optimizer])
    #expect(try phases(at: "zero_grad") == [.zeroGrad])
    #expect(try phases(at: "step") == [.end])
    #expect(try phases(at: nil, on: "0.lora_B") == [.hooks, .accumulate, .optimizer])
    // Whatever stops there is in the part that is marked.
    for place in BreakPlace.all where !["stale_grad", "skipped_step", "hook_transform"].contains(place.name) {
      var other = session
      _ = try other.addBreakpoint(place: place, on: nil, if: nil, isTemporary: false, words: place.name)
      let marked = other.phasesWithBreakpoints
      #expect(marked.count == 1)
      while true {
        let (event, stops) = try other.advanceWatching()
        if !stops.isEmpty { #expect(marked.contains(StepPhase(of: event)), "\(place.name)") }
        if !other.isInsideStep { break }
      }
    }
    _ = try session.completeStep()
  }

  @Test("the planned learning rate is the one that steps are taken with", arguments: ["linear", "cosine", "step"])
  func plannedLR(scheduler: String) throws {
    var session = try hooked {
      $0.training.scheduler = scheduler
      $0.training.scheduleSettings.warmupSteps = 3
      $0.training.scheduleSettings.totalSteps = 12
      $0.training.scheduleSettings.stepSize = 4
    }
    let planned = (1...10).map { session.plannedLR(ofStep: $0) }
    for step in 1...10 {
      #expect(try session.completeStep().lrUsed == planned[step - 1])
      #expect(session.plannedLR(ofStep: step) == planned[step - 1], "looked back at")
      #expect(session.plannedLR(ofStep: step + 1) == session.currentLR())
    }
  }

  @Test("a loss curve keeps few points of many steps, each with its step's number")
  func losses() {
    var curve = LossCurve()
    for index in 0..<10_000 { curve.append(Double(index + 1), at: index) }
    #expect((1000...2048).contains(curve.points.count))
    #expect(curve.points.allSatisfy { Double($0.step) == $0.loss })
    #expect((curve.points.last?.step ?? 0) > 9_990)
    let part = curve.prefix(100)
    #expect(part.points.map(\.step) == curve.points.map(\.step).filter { $0 <= 100 })
  }

  @Test("a branch has its losses up to where it left, and its own from there")
  func branchLosses() throws {
    var session = try hooked { _ in }
    for _ in 0..<5 { _ = try session.completeStep() }
    let main = session.records.losses.points.map(\.loss)
    try session.goBack(2)
    try session.startBranch(named: "other")
    _ = try session.configure { $0.training.lr = 0.5 }
    for _ in 0..<2 { _ = try session.completeStep() }
    let other = session.records.losses.points.map(\.loss)
    #expect(main.count == 5 && other.count == 5)
    #expect(Array(other.prefix(4)) == Array(main.prefix(4)) && other[4] != main[4])
  }
}
