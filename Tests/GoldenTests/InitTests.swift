import Commands
import Tensors
import TestSupport
import Testing

@Suite("Fresh models have torch's and PEFT's bits")
struct InitTests {
  private func model(_ seed: UInt64, _ more: [String] = []) throws -> Interpreter {
    let lines = ["set seed \(seed)"] + more + ["set r 4", "set target_modules 0,2", "model mlp 16 24 5"]
    let (interpreter, failure) = play(lines, in: "init")
    #expect(failure == nil)
    return interpreter
  }

  @Test("base weights, biases and lora_A", arguments: [0, 1, 42, 1 << 31 + 7, 1 << 40 + 5] as [UInt64])
  func model(seed: UInt64) throws {
    let file = try SafetensorsFile(path: Fixtures.path("init/seed\(seed).safetensors"))
    for (settings, prefix) in [([], ""), (["set dtype float64"], "default_float64/")] {
      let session = try model(seed, settings).session
      let graph = try #require(session.graph)
      #expect(graph.parameters.count == 8)
      for (index, parameter) in graph.parameters.enumerated() {
        let value = try #require(session.value(of: index))
        #expect(value.isIdentical(to: try file.tensor(prefix + parameter.name)), "\(prefix)\(parameter.name)")
      }
    }
  }

  @Test("settings may come before or after the model, as long as no step was taken")
  func order() throws {
    let (later, failure) = play(
      ["model mlp 16 24 5", "set seed 42", "set target_modules 0,2", "set r 4"], in: "init")
    #expect(failure == nil)
    let earlier = try model(42)
    for index in 0..<8 {
      let (a, b) = (try #require(later.session.value(of: index)), try #require(earlier.session.value(of: index)))
      #expect(a.isIdentical(to: b))
    }
  }
}
