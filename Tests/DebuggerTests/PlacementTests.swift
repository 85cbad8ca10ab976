import Debugger
import Tensors
import Testing
import Training

@Suite("One step seen from every hook site")
struct PlacementTests {
  private func table(
    _ words: String = "mlp 6 5 4 tanh", _ name: String = "2",
    _ change: @escaping (inout Configuration) -> Void = { _ in }
  ) throws -> (table: PlacementTable, session: Session) {
    var session = try DebuggerTests.session(words) { configuration in
      configuration.dtype = .float64
      (configuration.lora.r, configuration.lora.loraAlpha) = (2, 6)
      configuration.lora.initLoraWeights = .false
      change(&configuration)
    }
    for _ in 0..<2 { _ = try session.completeStep() }
    return (try session.placements(name), session)
  }

  private func row(_ table: PlacementTable, _ placement: String, _ site: String) throws -> PlacementTable.Row {
    try #require(table.rows.first { $0.placement == placement && $0.site == site }, "\(placement) \(site)")
  }

  @Test("every formula's norm is what the hook saw")
  func formulas() throws {
    let (table, session) = try table()
    let record = try #require(session.observed)
    var watched = session
    try watched.travel(to: 1)
    let placement = try #require(HookPlacement.all.first { $0.name == "module_pre" })
    _ = try watched.configure { $0.hooks = [HookRequest(id: 1, target: "2", placement: placement)] }
    let delta = try #require(try watched.completeStep().readings[0][0].value)
    func before(_ suffix: String) throws -> Tensor {
      let graph = record.plan.graph
      let index = try #require(graph.parameters.firstIndex { $0.name.hasSuffix(suffix) })
      return try #require(record.record(of: index)?.before ?? session.value(of: index))
    }
    let (a, b) = (try before("2.lora_A.default.weight"), try before("2.lora_B.default.weight"))
    let w = try before("2.base_layer.weight")
    guard case .tensor(let g) = try value("G(2)", in: session) else { return }
    let merged = w + Tensor.matmul(b, a).scaled(by: 3)
    let wanted: [(String, String, Tensor)] = [
      ("tensor", "2.lora_A", Tensor.matmul(b.transposed, g).scaled(by: 3)),
      ("step_pre", "2.lora_B", Tensor.matmul(g, a.transposed).scaled(by: 3)),
      ("tensor", "2 output", delta), ("module_pre", "2", delta), ("module", "2 grad_output", delta),
      ("module", "2 grad_input", Tensor.matmul(delta, merged)),
      ("module", "2.base_layer grad_output", delta), ("module", "2.base_layer grad_input", Tensor.matmul(delta, w)),
      ("tensor", "2.lora_B output", delta.scaled(by: 3)),
      ("module", "2.lora_B grad_input", Tensor.matmul(delta, b).scaled(by: 3)),
      ("module", "2.lora_A grad_output", Tensor.matmul(delta, b).scaled(by: 3)),
      ("module", "2.lora_A grad_input", Tensor.matmul(Tensor.matmul(delta, b), a).scaled(by: 3)),
    ]
    for (placement, site, tensor) in wanted {
      let found = try row(table, placement, site)
      let norm = try #require(found.norm)
      #expect(found.fired == 1 && abs(norm - tensor.norm) < 1e-12 * tensor.norm, "\(placement) \(site)")
    }
  }

  @Test("how often each fires, and the factor to the update, over four micro-batches, a loss scale and clipping")
  func factors() throws {
    let (table, session) = try table { configuration in
      configuration.training.gradientAccumulationSteps = 4
      (configuration.training.lossScale, configuration.training.maxGradNorm) = (256, 1e-3)
    }
    let record = try #require(session.observed)
    let coefficient = try #require(record.clipping).coefficient
    let tensor = try row(table, "tensor", "2.lora_B")
    #expect(tensor.fired == 4 && tensor.formula == "256/4 s G A^T, each of 4")
    let accumulated = try row(table, "post_accumulate", "2.lora_B")
    #expect(accumulated.fired == 4 && accumulated.formula == "256/4 s G A^T, sum of 4")
    let seen = try #require(accumulated.factor)
    #expect(abs(seen / (coefficient / 256) - 1) < 1e-9)
    let stepPre = try row(table, "step_pre", "2.lora_B")
    #expect(stepPre.fired == 1 && stepPre.formula == "1/4 s G A^T, sum of 4, clipped")
    #expect(abs((stepPre.factor ?? 0) - 1) < 1e-9)
    #expect(try row(table, "module", "2 grad_output").fired == 4)
  }

  @Test("what torch refuses, and an input without a gradient, are told")
  func refusals() throws {
    let (table, _) = try table("linear 6 5", "0")
    let base = try row(table, "tensor", "0.base_layer output")
    #expect(base.fired == nil && base.remark.contains("torch refuses"))
    // A module takes any hook; this one has nothing to fire for.
    let module = try row(table, "module", "0.base_layer")
    #expect(module.fired == 0 && module.norm == nil && module.remark.hasPrefix("never fires"))
    let input = try row(table, "module", "0.lora_A grad_input")
    #expect(input.norm == nil && input.remark.hasPrefix("None"))
  }

  @Test("looking changes nothing, and parameters without an adapter have their places too")
  func plain() throws {
    let (table, session) = try table("linear 6 5", "0.weight") { $0.lora.targetModules = .none }
    #expect(table.rows.map(\.formula).contains("delta^T x") && session.step == 2 && session.configuration.hooks.isEmpty)
    #expect(table.rows.filter { $0.factor != nil }.allSatisfy { abs(($0.factor ?? 0) - 1) < 1e-9 })
  }
}
