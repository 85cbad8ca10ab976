import Commands
import Debugger
import Tensors
import TestSupport
import Testing

@Suite("Hugging Face checkpoints and PEFT adapters: loaded and trained as from_pretrained does")
struct ModelFixtureTests {
  static let all = Fixtures.names(in: "models")

  @Test("there is something to test")
  func coverage() {
    #expect(Self.all.count == 86)
  }

  @Test("PEFT's trained parameters, in its order, with their values to the last bit", arguments: all)
  func loading(name: String) throws {
    let folder = "models/" + name
    let settings = try Fixtures.text(folder + "/case.session").split(separator: "\n").map(String.init)
      .prefix { !$0.hasPrefix("hook ") }
    let (interpreter, failure) = play(Array(settings), in: folder)
    try #require(failure == nil)
    let parameters = try #require(interpreter.session.graph).parameters
    let trained = parameters.indices.filter { parameters[$0].requiresGrad }
    let wanted = try Fixtures.json(folder + "/case.json")["trainable"].strings
    try #require(trained.map { parameters[$0].name } == wanted)
    let expected = try SafetensorsFile(path: Fixtures.path(folder + "/expected.safetensors"))
    for index in trained {
      let name = parameters[index].name
      let found = try #require(interpreter.session.value(of: index)).toArray()
      let before = try expected.tensor("1/before/" + name).toArray()
      // A fresh magnitude is a norm, and a norm depends on the order in which squares are added.
      if settings.contains("set use_dora on") && name.contains("lora_magnitude_vector") {
        #expect(relativeError(found, before) < 1e-6, "\(name)")
      } else {
        #expect(found == before, "\(name)")
      }
    }
  }

  @Test("every step is the one that torch takes", arguments: all)
  func steps(name: String) throws {
    try StepFixtureTests().check("models/" + name)
  }
}
