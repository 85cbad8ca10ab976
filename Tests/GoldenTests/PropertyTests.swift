import Commands
import Debugger
import Tensors
import TestSupport
import Testing
import Training

@Suite("What holds in every session")
struct PropertyTests {
  /// The sessions that torch has played, and some with what torch cannot reproduce.
  static let sessions: [(name: String, lines: [String])] =
    StepFixtureTests.all.map { ("steps/" + $0, StepFixtureTests.lines($0)) }
    + [
      ["model mlp 6 5 4 tanh", "set lora_dropout 0.3", "hook all", "step 3"],
      ["model mlp 6 6 6 relu shared=on", "set lora_dropout 0.3", "set use_dora on", "set checkpointing on", "step 3"],
      [
        "model transformer num_hidden_layers=1", "set lora_dropout 0.5", "set replicas 2", "set optimizer adamw",
        "set zero_grad off", "set checkpointing on", "hook all", "step 3",
      ],
      ["set dtype bfloat16", "model transformer num_hidden_layers=1", "set loss_scale 65536", "hook all", "step 3"],
    ].map { ($0[0], $0) }

  /// Everything before the steps, and their number.
  private func setup(_ index: Int) throws -> (folder: String, lines: [String], steps: Int) {
    let (name, lines) = Self.sessions[index]
    let place = try #require(lines.firstIndex { $0.hasPrefix("step ") })
    let steps = try #require(Int(lines[place].dropFirst(5)))
    return (name.hasPrefix("steps/") ? name : "steps", Array(lines[..<place]), steps)
  }

  private func session(_ index: Int) throws -> (session: Session, steps: Int) {
    let (folder, lines, steps) = try setup(index)
    let (interpreter, failure) = play(lines, in: folder)
    try #require(failure == nil, "\(Self.sessions[index].name)")
    return (interpreter.session, steps)
  }

  private func isSame(_ a: [String: Tensor], _ b: [String: Tensor]) -> Bool {
    a.count == b.count && a.allSatisfy { key, value in b[key].map { value.isIdentical(to: $0) } ?? false }
  }

  @Test(
    "the ledger's stages come in order, and its last value is the weight's change to the bit",
    arguments: sessions.indices)
  func ledger(index: Int) throws {
    var (session, steps) = try session(index)
    for _ in 0..<steps {
      let before = try #require(session.state ?? nil)
      let record = try session.completeStep()
      var machine = StepMachine(record.plan, before, keepsLedger: true)
      var again: StepRecord?
      while let event = try machine.next() { if case .completed(let made) = event { again = made } }
      let found = try #require(again)
      let pages = try #require(found.ledger).pages
      #expect(pages.count == record.parameters.count)
      for (page, parameter) in zip(pages, record.parameters) where parameter.grad != nil && parameter.lr != 0 {
        let last = try #require(page.last)
        let error = relativeError(last.toArray(), parameter.effective.toArray())
        #expect(error == 0, "\(Self.sessions[index].name)")
        let stages = page.entries.map(\.stage)
        let clipsEarly = record.plan.settings.clipWhen == .eachBackward
        let places = stages.compactMap { stage in LedgerStage.allCases.firstIndex { $0 == stage } }
        #expect(clipsEarly || places == places.sorted(), "\(stages)")
      }
      #expect(isSame(observations([found]), observations([record])))
    }
  }

  @Test("a step after saving and loading a checkpoint is the step without, to the bit", arguments: sessions.indices)
  func checkpoint(index: Int) throws {
    var (straight, steps) = try session(index)
    for _ in 1..<max(steps, 2) { _ = try straight.completeStep() }
    let folder = try TemporaryFolder()
    _ = try straight.saveCheckpoint(folder.file("saved.safetensors"))
    var (resumed, _) = try session(index)
    _ = try resumed.loadCheckpoint(folder.file("saved.safetensors"))
    #expect(resumed.step == straight.step)
    let (a, b) = (try straight.completeStep(), try resumed.completeStep())
    #expect(isSame(observations([a]), observations([b])), "\(Self.sessions[index].name)")
  }

  @Test("the same session twice gives the same bits", arguments: sessions.indices)
  func twice(index: Int) throws {
    var runs: [[String: Tensor]] = []
    for _ in 0..<2 {
      var (session, steps) = try session(index)
      for _ in 0..<steps { _ = try session.completeStep() }
      runs.append(observations(session.records))
    }
    #expect(isSame(runs[0], runs[1]))
  }

  @Test("other threads' number changes nothing that can be seen in float64")
  func threads() throws {
    let lines = ["set dtype float64", "model transformer", "hook all", "step 2"]
    let (one, first) = play(["set threads 1"] + lines, in: "steps")
    let (two, second) = play(["set threads 2"] + lines, in: "steps")
    #expect(first == nil && second == nil)
    let other = observations(two.session.records)
    for (key, value) in observations(one.session.records) {
      #expect(relativeError(value.toArray(), try #require(other[key]).toArray(), floor: 1e-13) < 1e-10, "\(key)")
    }
  }
}
