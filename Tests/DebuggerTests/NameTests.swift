import Debugger
import Testing
import Training

@Suite("Names of parameters and modules")
struct NameTests {
  private let graph = try! session("mlp 6 7 4").graph!

  private func resolve(_ pattern: String, _ kind: NameTable.Kind = .parameters) throws -> [String] {
    try NameTable(graph).resolve(pattern, kind).map { graph.name(of: $0) }
  }

  @Test("state-dict names, unique suffixes and short forms name one parameter")
  func single() throws {
    let full = "base_model.model.0.lora_B.default.weight"
    for name in [full, "model.0.lora_B.default.weight", "0.lora_B.default.weight", "0.lora_B"] {
      #expect(try resolve(name) == [full])
    }
    #expect(try resolve("0.base_layer.bias") == ["base_model.model.0.base_layer.bias"])
    #expect(try resolve("2.base_layer") == ["base_model.model.2.base_layer.weight"])
  }

  @Test("globs name several, in the model's order")
  func globs() throws {
    #expect(
      try resolve("*.lora_?")
        == ["0.lora_A", "0.lora_B", "2.lora_A", "2.lora_B"].map {
          "base_model.model.\($0).default.weight"
        })
    #expect(try resolve("2.*").count == 4)
  }

  @Test("an ambiguous name lists its candidates")
  func ambiguous() {
    let error = failure { () throws(DebuggerError) in try NameTable(graph).resolve("lora_A", .parameters) }
    #expect(
      error?.message
        == "'lora_A' is ambiguous: base_model.model.0.lora_A.default.weight, base_model.model.2.lora_A.default.weight")
  }

  @Test("an unknown name suggests the nearest one, or lists what there is")
  func unknown() {
    let near = failure { () throws(DebuggerError) in try NameTable(graph).resolve("0.lora_C", .parameters) }
    #expect(near?.message == "no parameter '0.lora_C'; did you mean '0.lora_A'?")
    let far = failure { () throws(DebuggerError) in try NameTable(graph).resolve("embedding", .parameters) }
    #expect(far?.message.hasPrefix("no parameter 'embedding'; there are 0.base_layer, 0.base_layer.bias,") == true)
  }

  @Test("a module, and its output under the same name")
  func modules() throws {
    #expect(try resolve("0.lora_B", .modules) == ["base_model.model.0.lora_B.default"])
    #expect(try resolve("0.lora_B.output", .both) == ["base_model.model.0.lora_B.default"])
    #expect(try resolve("0.lora_B", .both) == ["base_model.model.0.lora_B.default.weight"])
  }

  @Test("one is asked for, several are named")
  func several() {
    let error = failure { () throws(DebuggerError) in try NameTable(graph).one("*.lora_B", .parameters) }
    #expect(error?.message.hasPrefix("'*.lora_B' names 2, one is needed: ") == true)
  }
}
