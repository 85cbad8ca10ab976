import Commands
import Debugger
import TestSupport
import Testing

@Suite("Fuzzing lines") struct LineFuzzTests {
  @Test("whatever is typed, nothing crashes or hangs, and a command that fails changes nothing")
  func lines() throws {
    let plan = FuzzPlan(.lines, standard: 10_000)
    let folder = try TemporaryFolder()
    let worlds = try FuzzWorld.all(in: folder)
    let journal = FuzzJournal()
    defer { journal.close() }
    var counts: [Interpreter.Outcome: Int] = [:]
    var succeeded: Set<String> = []
    // Each round begins anew, so that an input can be made again with the few before it.
    for round in (plan.first / FuzzSitting.length)...((plan.numbers.upperBound - 1) / FuzzSitting.length) {
      let sitting = FuzzSitting(worlds[round % worlds.count], isInteractive: round % 3 == 0, folder: folder.path)
      for number in (round * FuzzSitting.length)..<min((round + 1) * FuzzSitting.length, plan.numbers.upperBound) {
        var random = SplitMix64(seed: plan.seed, stream: number)
        let line = sitting.line(&random)
        let (outcome, faults) = journal.trying(number, plan, line) { sitting.attempt(line, &random) }
        if number >= plan.first { counts[outcome, default: 0] += 1 }
        for fault in faults {
          Issue.record("\(fault)\n\(plan.reproduction(number)): \(String(reflecting: line))")
        }
      }
      succeeded.formUnion(sitting.succeeded)
    }
    #expect(journal.slowest.time < FuzzJournal.limit, "\(journal.slowest.description)")
    print("lines: \(counts); slowest \(journal.slowest)")
    guard plan.count >= 10_000 else { return }
    // What always fails is not tried.
    let never = Command.all.map(\.name).filter { !succeeded.contains($0) && $0 != "quit" }
    #expect(never.isEmpty)
    for outcome in [Interpreter.Outcome.finished, .failed, .paused, .interrupted, .quit] {
      #expect(counts[outcome, default: 0] > plan.count / 1000, "\(outcome)")
    }
  }
}
