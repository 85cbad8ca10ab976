import Commands
import Debugger
import LoRA
import Tensors
import TestSupport
import Testing

@Suite("Where torch and PEFT stop, or go on with what is not finite")
struct EdgeFixtureTests {
  private static let fixture = try? Fixtures.json("steps-errors.json")
  static let errors = fixture?["errors"].keys ?? []
  /// Data with NaN in it is refused when it is loaded, before torch would compute with it.
  private static let refused = ["inputs-nan", "inputs-nan-loss-scale"]
  static let values = (fixture?["values"].keys ?? []).filter { !refused.contains($0) }
  static let merges = fixture?["merges"].strings ?? []

  @Test("there is something to test")
  func coverage() {
    #expect(Self.errors.count == 22 && Self.values.count == 17 && Self.merges.count == 5)
  }

  /// What an error says first: what follows is advice, which we word ourselves.
  private func firstSentence(_ message: String) -> String {
    let sentence = message.components(separatedBy: ". ")[0]
    return sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
  }

  @Test("an error has torch's or PEFT's words, and the step is not taken", arguments: errors)
  func error(name: String) throws {
    let wanted = try #require(Self.fixture)["errors"][name]
    var words = firstSentence(try #require(wanted["message"].string))
    // The sizes that torch names here are those of the product, ours are those of model and data.
    if words.hasPrefix("addmm: ") { words = "mat1 and mat2 shapes cannot be multiplied" }
    let lines = wanted["session"].strings
    if name == "loss-scale-float16" {
      // GradScaler refuses; we say so and show the step.
      var notes: [String] = []
      let (interpreter, failure) = play(lines, in: "") { if case .note(let note) = $0 { notes.append(note) } }
      #expect(failure == nil && interpreter.session.step == 1)
      #expect(notes.contains { $0.contains(words) })
      return
    }
    let (interpreter, failure) = play(lines, in: "")
    #expect(failure?.contains(words) == true, "\(failure ?? "no error") should say: \(words)")
    #expect(interpreter.session.step == 0)
  }

  @Test("numbers that are not finite, and steps that change nothing", arguments: values)
  func value(name: String) throws {
    try StepFixtureTests().check("steps-errors/" + name, overflows: name == "inputs-huge")
  }

  @Test("data with NaN in it is refused", arguments: refused)
  func refusedData(name: String) throws {
    let lines = try Fixtures.text("steps-errors/\(name)/case.session").split(separator: "\n").map(String.init)
    #expect(play(lines, in: "steps-errors/" + name).failure?.contains("holds nan") == true)
  }

  @Test("merge_adapter() and unmerge_adapter() leave PEFT's weights", arguments: merges)
  func merge(name: String) throws {
    let config = try Fixtures.json("steps-errors/\(name)/config.json")
    let lora = config["lora"]
    let dtype = try #require(config["dtype"].string)
    var lines = ["set dtype \(dtype)", "model mlp 4 3 2 tanh", "set target_modules 0,2", "set r 2", "set lora_alpha 4"]
    if lora["rslora"].bool == true { lines.append("set use_rslora on") }
    if lora["dora"].bool == true { lines.append("set use_dora on") }
    lines.append("load weights weights.safetensors")
    let expected = try SafetensorsFile(path: Fixtures.path("steps-errors/\(name)/expected.safetensors"))
    // One rounding of a sum or product in the dtype; unmerging takes back what was rounded.
    let tolerance = 4 * (DType(rawValue: dtype) ?? .float32).epsilon
    for (more, state) in [(["set merged on"], "merged"), (["set merged on", "set merged off"], "unmerged")] {
      let (interpreter, failure) = play(lines + more, in: "steps-errors/" + name)
      try #require(failure == nil)
      for (index, parameter) in try #require(interpreter.session.graph).parameters.enumerated() {
        let wanted = try expected.tensor("\(state)/\(parameter.name)")
        let found = try #require(interpreter.session.value(of: index))
        #expect(relativeError(found.toArray(), wanted.toArray()) <= tolerance, "\(state) \(parameter.name)")
      }
    }
  }
}
