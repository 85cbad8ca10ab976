import Debugger
import LoRA
import Tensors
import Testing

@Suite("Changes of the adapter")
struct AdapterChangeTests {
  @Test(
    "a setting given after the model leads to the same bits as one given before it",
    arguments: ["r 3", "target_modules 0", "seed 5", "dtype bfloat16", "init_lora_weights gaussian", "use_dora on"])
  func order(line: String) throws {
    let words = line.split(separator: " ").map(String.init)
    func change(_ configuration: inout Configuration) throws(DebuggerError) {
      try Setting.find(words[0]).set(&configuration, Array(words.dropFirst()))
    }
    var late = try session("mlp 6 9 4 tanh")
    _ = try late.configure(change)
    let early = try session("mlp 6 9 4 tanh") { configuration in try? change(&configuration) }
    let count = try #require(early.graph).parameters.count
    #expect(count > 4)
    #expect(late.graph?.parameters.count == count)
    for parameter in 0..<count {
      let (one, other) = (try #require(late.value(of: parameter)), try #require(early.value(of: parameter)))
      #expect(one.isIdentical(to: other), "parameter \(parameter)")
    }
  }
}
