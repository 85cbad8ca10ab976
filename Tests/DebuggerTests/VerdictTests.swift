import Debugger
import Tensors
import Testing
import Training

@Suite("Verdicts")
struct VerdictTests {
  private func comparison(
    of name: String = "lora_B", steps: Int = 1, hook: HookRequest? = HookRequest(id: 1, target: nil),
    _ change: (inout Configuration) -> Void
  ) throws -> Comparison {
    var made = try session("linear 6 5", change)
    if let hook { _ = try made.configure { $0.hooks = [hook] } }
    for _ in 0..<steps { _ = try made.completeStep() }
    let record = try #require(made.observed)
    let index = try #require(record.plan.graph.parameters.firstIndex { $0.name.contains(".\(name).") })
    return try #require(record.record(of: index)).comparison
  }

  @Test("match: the hook saw what was applied", arguments: DType.allCases)
  func match(dtype: DType) throws {
    let found = try comparison { $0.dtype = dtype }
    #expect(found.verdict == .match && found.reason == nil)
    let tolerance = dtype.is16Bit ? 0.05 : dtype == .float32 ? 1e-4 : 1e-12
    #expect(abs(try #require(found.c) - 1) < tolerance)
  }

  @Test("scaled: clipping makes one factor")
  func scaled() throws {
    let found = try comparison { $0.training.maxGradNorm = 0.01 }
    #expect(found.verdict == .scaled && (found.c ?? 1) < 0.5)
  }

  @Test("different: momentum is no factor from the second step on")
  func different() throws {
    let found = try comparison(steps: 2) { $0.training.optimizerSettings.momentum = 0.9 }
    #expect(found.verdict == .different && (found.residual ?? 0) > 0.1)
  }

  @Test("undefined: lora_A while lora_B is 0, and anything at lr 0")
  func undefined() throws {
    let zero = try comparison(of: "lora_A") { _ in }
    #expect(zero.verdict == .undefined && zero.c == nil && zero.reason == "the hook gradient is 0")
    let stopped = try comparison { $0.training.lr = 0 }
    #expect(stopped.verdict == .undefined && stopped.resolution == nil && stopped.reason == "lr is 0")
  }

  @Test("not_seen: no hook, with the reason")
  func notSeen() throws {
    let found = try comparison(hook: nil) { _ in }
    #expect(found.verdict == .notSeen && found.c == nil && found.reason == "no hook on this parameter")
  }

  @Test("below_resolution: the update is lost in rounding, and that is no cause")
  func belowResolution() throws {
    let found = try comparison(of: "lora_A", steps: 2) { $0.training.lr = 1e-4 }
    #expect(found.verdict == .belowResolution)
    let clipped = try comparison(of: "lora_A", steps: 2) {
      $0.training.lr = 1e-4
      $0.training.maxGradNorm = 0.01
    }
    #expect(clipped.verdict == .belowResolution)
  }

  @Test("a hook that scales is used by the step, so its own view differs by that factor")
  func scaledHook() throws {
    let found = try comparison(hook: HookRequest(id: 1, target: nil, scale: 4)) { _ in }
    #expect(found.verdict == .scaled && abs((found.c ?? 0) - 4) < 1e-3)
  }
}
