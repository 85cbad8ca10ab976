import Debugger
import Tensors
import TestSupport
import Testing

@Suite("A session on a model from files")
struct LoadedModelTests {
  private static let gpt2 = "models/adapter-dora-gpt2"
  private static let ids = "data tokens [[7,3,9,1,4],[8,2,5]] batch=2"

  private func sitting(_ lines: [String], in folder: String = gpt2) throws -> Sitting {
    let sitting = Sitting()
    for line in lines { try type(line, sitting, in: folder) }
    return sitting
  }

  /// DIR in a line is the folder of fixtures.
  private func type(_ line: String, _ sitting: Sitting, in folder: String = gpt2) throws {
    try #require(
      sitting.type(line.replacing("DIR", with: Fixtures.path(folder))) == .finished, "\(line): \(sitting.text)")
  }

  private func loss(_ sitting: Sitting) throws -> Double {
    try type("set lr 0", sitting)
    try type("step", sitting)
    return try #require(sitting.session.observed?.loss)
  }

  @Test("undo takes back a model and an adapter")
  func undo() throws {
    let sitting = try sitting(["model linear 3 2", "step 2"])
    let first = sitting.session.fingerprint
    try type("load model DIR/model", sitting)
    let second = sitting.session.fingerprint
    try type("load adapter DIR/adapter", sitting)
    let third = sitting.session.fingerprint
    #expect(first != second && second != third)
    try type("undo", sitting)
    #expect(sitting.session.fingerprint == second)
    try type("undo", sitting)
    #expect(sitting.session.fingerprint == first)
  }

  @Test("an adapter loaded twice is the adapter; another rank lets it go; then another adapter can come")
  func again() throws {
    let sitting = try sitting(["load model DIR/model", "load adapter DIR/adapter"])
    let once = sitting.session.fingerprint
    try type("load adapter DIR/adapter", sitting)
    #expect(sitting.session.fingerprint == once)
    try type("set r 3", sitting)
    #expect(sitting.text.contains("loaded weights that no longer fit were dropped"), "\(sitting.text)")
    #expect(sitting.session.graph?.parameters.contains { $0.shape.dimensions == [3, 16] } == true)
    try type("load adapter DIR/adapter", sitting)
    #expect(sitting.session.fingerprint == once)
    // Another model's adapter is refused, and nothing has changed.
    sitting.type("load adapter \(Fixtures.path("models/adapter-patterns/adapter"))")
    #expect(sitting.failures.count == 1 && sitting.session.fingerprint == once)
  }

  @Test(
    "what is saved is what was loaded",
    arguments: ["adapter-dora-gpt2", "adapter-patterns-rslora", "adapter-save-norm", "adapter-bias-all-gpt2"])
  func saving(name: String) throws {
    let folder = try TemporaryFolder()
    let sitting = try sitting(["load model DIR/model", "load adapter DIR/adapter"], in: "models/" + name)
    try type("save adapter \(folder.path)", sitting)
    let (old, new) = (
      try SafetensorsFile(path: Fixtures.path("models/\(name)/adapter/adapter_model.safetensors")),
      try SafetensorsFile(path: folder.file("adapter_model.safetensors"))
    )
    #expect(old.names == new.names)
    for name in old.names { #expect(try new.tensor(name).toArray() == (try old.tensor(name).toArray()), "\(name)") }
    let before = sitting.session.values
    try type("load adapter \(folder.path)", sitting)
    #expect(sitting.session.values == before)
  }

  @Test(
    "merged or not, the loss is the same; without the adapter it is the base model's",
    arguments: ["adapter-dora-gpt2", "adapter-all-linear-gpt2", "adapter-patterns", "adapter-dora"])
  func merging(name: String) throws {
    let (start, folder) = (["set dtype float64", "load model DIR/model"], "models/" + name)
    // A norm that is trained, too: without anything to train there is no step.
    let adapter =
      start + ["load adapter DIR/adapter", "set modules_to_save \(name.hasSuffix("gpt2") ? "ln_f" : "model.norm")"]
    let adapted = try loss(sitting(adapter + [Self.ids], in: folder))
    let merged = try loss(sitting(adapter + ["set merged on", Self.ids], in: folder))
    let off = try loss(sitting(adapter + ["set adapters off", Self.ids], in: folder))
    let base = try loss(sitting(start + ["set target_modules none", Self.ids], in: folder))
    #expect(abs(merged - adapted) < 1e-12, "\(merged) \(adapted)")
    #expect(off == base && abs(adapted - base) > 1e-6)
  }

  @Test("a bfloat16 file's bits come back with its dtype")
  func dtype() throws {
    let folder = "models/llama-bfloat16-file"
    let sitting = try sitting(["set dtype bfloat16", "load model DIR/model"], in: folder)
    let before = sitting.session.values
    let file = try SafetensorsFile(path: Fixtures.path(folder + "/model/model.safetensors"))
    let name = "model.embed_tokens.weight"
    let place = try #require(sitting.session.graph?.parameter(named: "base_model.model." + name))
    #expect(sitting.session.value(of: place)?.isIdentical(to: try file.tensor(name)) == true)
    try type("set dtype float32", sitting)
    #expect(sitting.session.value(of: place)?.dtype == .float32)
    #expect(sitting.session.value(of: place)?.toArray() == (try file.tensor(name).toArray()))
    try type("set dtype float16", sitting)
    try type("set dtype bfloat16", sitting)
    #expect(sitting.session.values == before)
  }

  @Test("G is the gradient of the weight, and dA and dB follow from it, where the weight lies transposed")
  func conv1D() throws {
    let start = ["set dtype float64", "load model DIR/model", Self.ids, "set lr 0.01"]
    let modules = ["transformer.h.0.attn.c_attn", "transformer.h.0.mlp.c_proj"]
    for adapter in ["DIR/adapter", "plain"] {
      let lines =
        adapter == "plain"
        ? ["set r 2", "set lora_alpha 6", "set target_modules c_attn,mlp.c_proj", "set init_lora_weights false"]
        : ["load adapter \(adapter)"]
      let sitting = try sitting(start + lines + ["step 2"])
      for module in modules {
        let view = try sitting.session.view(try sitting.session.layer(named: module))
        let errors = [view.formulaErrors.a, view.formulaErrors.b] + (adapter == "plain" ? [view.selfCheck] : [])
        for error in errors { #expect((error ?? 1) < 1e-9, "\(module) \(error ?? 1)") }
        let columns = module.hasSuffix("c_attn") ? 16 : 20
        guard case .tensor(let g) = try value("G(\(module))", in: sitting.session) else {
          throw CopiedFolder.NotFound(text: "G")
        }
        #expect(g.shape[1] == columns, "\(g.shape)")
        for text in ["norm(virtual(\(module)))", "norm(dW(\(module)))"] {
          guard case .number(let norm) = try value(text, in: sitting.session) else {
            throw CopiedFolder.NotFound(text: text)
          }
          #expect(norm > 0)
        }
      }
    }
    // At B = 0 the adapted weight is the base's, whose own gradient is known.
    let fresh = try sitting(start + ["set r 2", "set target_modules c_attn,mlp.c_proj", "step"])
    let whole = try sitting(start + ["set target_modules none", "step"])
    for module in modules {
      guard case .tensor(let g) = try value("G(\(module))", in: fresh.session) else {
        throw CopiedFolder.NotFound(text: "G")
      }
      let place = try #require(whole.session.graph?.parameter(named: "base_model.model.\(module).weight"))
      let own = try #require(whole.session.observed?.record(of: place)?.grad)
      #expect(relativeError(g.toArray(), own.transposed.toArray()) < 1e-9)
    }
  }

  @Test("time travel and branches go back to the same numbers")
  func timeTravel() throws {
    let start = ["load model DIR/model", "load adapter DIR/adapter", Self.ids, "set lr 0.1"]
    let sitting = try sitting(start + ["step 3"])
    let end = sitting.session.values
    try type("back 2", sitting)
    #expect(sitting.session.values == (try self.sitting(start + ["step"])).session.values)
    try type("set lr 0.2", sitting)
    try type("step 2", sitting)
    #expect(sitting.session.values == (try self.sitting(start + ["step", "set lr 0.2", "step 2"])).session.values)
    #expect(sitting.session.values != end)
    try type("branch 1", sitting)
    #expect(sitting.session.values == end)
  }

  @Test(
    "everything can be asked of a loaded model",
    arguments: [
      "info model", "info params", "explain transformer.h.0.attn.c_attn", "placements", "info hooks",
      "print G(h.0.attn.c_attn)", "why",
    ])
  func questions(line: String) throws {
    let sitting = try sitting([
      "load model DIR/model", "load adapter DIR/adapter", Self.ids, "set lr 0.1", "hook all", "step 2",
    ])
    sitting.type(line)
    #expect(sitting.failures.isEmpty && !sitting.text.isEmpty, "\(sitting.text)")
    if line == "info params" { #expect(sitting.text.contains("c_attn.lora_magnitude_vector")) }
    if line == "info model" { #expect(sitting.text.contains("GPT-2")) }
  }
}

extension Session {
  /// Every parameter's numbers.
  fileprivate var values: [[Double]] { (graph?.parameters ?? []).indices.map { value(of: $0)?.toArray() ?? [] } }
}

/// The value of an expression on a session.
private func value(_ text: String, in session: Session) throws(DebuggerError) -> Value {
  try Evaluation(session).evaluate(try ExpressionParser.parse(text))
}
