import Autograd
import Commands
import Debugger
import Tensors
import TestSupport
import Testing
import Training

@Suite("Hooks: what fires, when, and what it sees, is PyTorch's")
struct HookFixtureTests {
  static let all = Fixtures.names(in: "hooks").filter { $0.hasSuffix(".json") && $0 != "errors.json" }
  private static let tolerance = 1e-12

  /// A firing as the fixture tells it.
  private struct Firing {
    let hook: Int
    let placement: String
    let target: String
    let saw: [Double]
  }

  @Test("order and values on one step", arguments: all)
  func step(name: String) throws {
    let fixture = try Fixtures.json("hooks/\(name)")
    let lines = fixture["session"].strings
    #expect(lines.last == "step 1")
    let (interpreter, failure) = play(lines.dropLast(), in: "hooks")
    try #require(failure == nil)
    var session = interpreter.session
    let graph = try #require(session.graph)

    var fired: [Firing] = []
    var record: StepRecord?
    while record == nil {
      switch try session.advance() {
      case .hookFired(let id, let site, let placement, let saw):
        fired.append(Firing(hook: id, placement: placement, target: graph.name(of: site), saw: saw.toArray()))
      case .completed(let completed): record = completed
      default: break
      }
    }
    let expected = fixture["order"].list
    try #require(fired.count == expected.count)
    for (firing, wanted) in zip(fired, expected) {
      #expect(firing.hook == wanted["hook"].int)
      #expect(firing.placement == wanted["placement"].string)
      #expect(firing.target == wanted["target"].string)
      let saw = wanted["saw"].isNull ? wanted["grad_output"][0] : wanted["saw"]
      #expect(relativeError(firing.saw, saw.numbers) < Self.tolerance, "\(firing.hook) \(firing.target)")
    }
    let completed = try #require(record)
    try check(completed, against: fixture, graph)
  }

  private func check(_ record: StepRecord, against fixture: JSON, _ graph: ModuleGraph) throws {
    #expect(relativeError([try #require(record.loss)], [try #require(fixture["loss"].double)]) < Self.tolerance)
    let never = fixture["never_fired"].list.compactMap(\.int)
    for (hook, readings) in zip(record.hooks, record.readings) {
      for reading in readings {
        let site = graph.name(of: reading.site)
        #expect((reading.timesFired == 0) == never.contains(hook.id), "hook \(hook.id)")
        if hook.placement.targets == .modules {
          checkGradInput(reading, hook.id, site, fixture)
          continue
        }
        var key = site
        if hook.slot == .module, case .parameter(let index) = reading.site {
          key = graph.modules[graph.parameters[index].module].path
        }
        let kept = fixture["kept"]["\(hook.id)"][key]
        #expect(kept.isNull == (reading.value == nil), "hook \(hook.id) on \(key)")
        if let value = reading.value {
          #expect(relativeError(value.toArray(), kept.numbers) < Self.tolerance, "hook \(hook.id) on \(key)")
          if hook.capture == .all { #expect(value.shape[0] == kept.list.count) }
        }
      }
    }
    #expect(record.parameters.count == fixture["parameters"].keys.count)
    for parameter in record.parameters {
      let wanted = fixture["parameters"][graph.parameters[parameter.parameter].name]
      #expect(relativeError(parameter.before.toArray(), wanted["before"].numbers) < Self.tolerance)
      #expect(relativeError(parameter.grad?.toArray() ?? [], wanted["grad"].numbers) < Self.tolerance)
      #expect(relativeError(parameter.after.toArray(), wanted["after"].numbers) < Self.tolerance)
    }
  }

  private func checkGradInput(_ reading: HookReading, _ hook: Int, _ target: String, _ fixture: JSON) {
    let last = fixture["order"].list.last { $0["hook"].int == hook && $0["target"].string == target }
    guard let last, last["placement"].string == "module" else { return }
    let wanted = last["grad_input"][0]
    #expect(wanted.isNull == (reading.gradInput == nil), "hook \(hook) on \(target)")
    if let found = reading.gradInput {
      #expect(relativeError(found.toArray(), wanted.numbers) < Self.tolerance, "hook \(hook) on \(target)")
    }
  }

  @Test("what torch refuses is refused in its words")
  func errors() throws {
    let fixture = try Fixtures.json("hooks/errors.json")
    for name in fixture.keys {
      let (interpreter, failure) = play(fixture[name]["session"].strings, in: "hooks")
      #expect(failure?.contains(try #require(fixture[name]["message"].string)) == true, "\(name): \(failure ?? "")")
      // A merged or disabled adapter can be hooked; it is backward() that has nothing to do.
      #expect(interpreter.session.hooks.isEmpty != name.hasSuffix("-adapter"), "\(name)")
      #expect(interpreter.session.step == 0)
    }
  }
}
