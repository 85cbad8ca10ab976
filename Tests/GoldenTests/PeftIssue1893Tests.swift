import Commands
import Debugger
import Tensors
import TestSupport
import Testing
import Training

/// The reproduction of huggingface/peft #1893 on torch + peft, number by number.
@Suite("peft #1893")
struct PeftIssue1893Tests {
  static let runs = [
    "lora-unclipped", "lora-clip-1.0", "lora-clip-0.05", "linear-unclipped", "linear-clip-1.0", "linear-clip-0.05",
  ]

  private func lines(_ run: JSON) -> [String] {
    // The fixture's paths count from the folder above.
    run["session"].strings.map { $0.replacing("peft1893/", with: "") }
  }

  @Test("c, cosine, norms and the clip coefficient at each of five steps", arguments: runs)
  func numbers(name: String) throws {
    let run = try Fixtures.json("peft1893.json")[name]
    let values = try SafetensorsFile(path: Fixtures.path("peft1893/values.safetensors"))
    let (interpreter, failure) = play(lines(run), in: "peft1893")
    try #require(failure == nil)
    let records = Array(interpreter.session.records)
    try #require(records.count == 5 && run["steps"].list.count == 5)
    for (record, wanted) in zip(records, run["steps"].list) {
      #expect(relativeError([try #require(record.loss)], [try #require(wanted["loss"].double)]) < 1e-6)
      if let clipping = record.clipping {
        #expect(relativeError([clipping.totalNorm], [try #require(wanted["total_norm"].double)]) < 1e-6)
        #expect(relativeError([clipping.coefficient], [try #require(wanted["clip_coefficient"].double)]) < 1e-6)
      } else {
        #expect(run["max_norm"].isNull)
      }
      for parameter in record.parameters {
        let graph = record.plan.graph
        let full = graph.parameters[parameter.parameter].name
        let key = "\(name)/\(record.step)/"
        let hook = try #require(record.reading(hook: 1, site: .parameter(parameter.parameter))?.value)
        #expect(relativeError(hook.toArray(), try values.tensor(key + "hook/" + full).toArray()) < 2e-5)
        let grad = try #require(parameter.grad)
        #expect(relativeError(grad.toArray(), try values.tensor(key + "grad/" + full).toArray()) < 2e-5)
        check(parameter.comparison, wanted["parameters"][full])
      }
    }
  }

  private func check(_ comparison: Comparison, _ wanted: JSON) {
    // Weights are below 1 here and lr is 1: the last bit of a weight is the noise of c.
    #expect((comparison.c == nil) == wanted["c"].isNull)
    guard let c = comparison.c, let expected = wanted["c"].double else { return }
    #expect(abs(c - expected) < 1e-5 * max(1, abs(expected)))
    #expect(abs((comparison.cosine ?? 0) - (wanted["cosine"].double ?? 0)) < 1e-6)
  }

  @Test("clipping makes one c for all tensors, 1/(total norm + 1e-6), another one at each step")
  func fingerprint() throws {
    let run = try Fixtures.json("peft1893.json")["lora-clip-0.05"]
    let (interpreter, _) = play(lines(run), in: "peft1893")
    var seen: [Double] = []
    for record in interpreter.session.records.dropFirst() {
      let factors = record.parameters.compactMap(\.comparison.c)
      let expected = 0.05 / (try #require(record.clipping).totalNorm + 1e-6)
      #expect(factors.count == 2 && factors.allSatisfy { abs($0 - expected) < 1e-4 * expected })
      #expect(record.parameters.allSatisfy { $0.comparison.verdict == .scaled })
      #expect(!seen.contains { abs($0 - expected) < 1e-3 * expected })
      seen.append(expected)
    }
  }

  @Test("one slot per module keeps the last parameter to fire")
  func slots() throws {
    for name in Self.runs {
      let run = try Fixtures.json("peft1893.json")[name]
      let (interpreter, _) = play(lines(run), in: "peft1893")
      for (record, wanted) in zip(interpreter.session.records, run["steps"].list) {
        let graph = record.plan.graph
        for parameter in record.parameters {
          let module = graph.modules[graph.parameters[parameter.parameter].module].path
          let slot = wanted["slot_per_module"][module]
          let reading = try #require(record.reading(hook: 2, site: .parameter(parameter.parameter)))
          #expect(reading.firedBy.map { graph.name(of: $0) } == slot["keeps"].string)
          #expect(reading.value?.shape.dimensions == slot["shape"].list.compactMap(\.int))
        }
      }
    }
  }
}
