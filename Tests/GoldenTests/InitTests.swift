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

  private static let adapters = Fixtures.names(in: "init").filter { $0.hasPrefix("lora-") }.map {
    String($0.dropFirst(5).dropLast(12))
  }

  /// The settings that make the adapter of a fixture's name.
  private static func settings(_ name: String) throws -> [String] {
    let all = [
      "default": [], "gaussian": ["init_lora_weights gaussian"], "pissa": ["init_lora_weights pissa"],
      "olora": ["init_lora_weights olora"], "false": ["init_lora_weights false"], "dora": ["use_dora on"],
      "dora-false": ["use_dora on", "init_lora_weights false"],
      "rslora-pissa": ["use_rslora on", "init_lora_weights pissa"], "rank-pattern": ["rank_pattern 0=2"],
      "rank-pattern-gaussian": ["rank_pattern 2=3", "init_lora_weights gaussian"],
    ]
    return try #require(all[name]).map { "set " + $0 } + ["set lora_alpha 8"]
  }

  @Test("fresh adapters of every kind", arguments: adapters)
  func adapter(name: String) throws {
    #expect(Self.adapters.count == 10)
    let file = try SafetensorsFile(path: Fixtures.path("init/lora-\(name).safetensors"))
    let session = try model(0, try Self.settings(name)).session
    let graph = try #require(session.graph)
    #expect(Set(graph.parameters.map(\.name)) == Set(file.names))
    func found(_ name: String) throws -> Tensor {
      let index = try #require(graph.parameter(named: name))
      return try #require(session.value(of: index))
    }
    for parameter in file.names {
      let (value, wanted) = (try found(parameter), try file.tensor(parameter))
      #expect(value.shape == wanted.shape)
      let isFactor = name.hasSuffix("pissa") && parameter.contains(".lora_")
      if name.contains("pissa") || name.contains("olora") || parameter.contains("magnitude") {
        // LAPACK libraries differ in the last bits, and in the signs of singular vectors: see below.
        let error = relativeError(
          value.toArray().map { isFactor ? abs($0) : $0 }, wanted.toArray().map { isFactor ? abs($0) : $0 })
        #expect(error < 1e-5, "\(parameter)")
      } else {
        #expect(value.isIdentical(to: wanted), "\(parameter)")
      }
    }
    for layer in ["0", "2"] {
      let names = ["lora_B", "lora_A"].map { "base_model.model.\(layer).\($0).default.weight" }
      let own = Tensor.matmul(try found(names[0]), try found(names[1]))
      let wanted = Tensor.matmul(try file.tensor(names[0]), try file.tensor(names[1]))
      #expect(relativeError(own.toArray(), wanted.toArray()) < 1e-5)
    }
  }
}
