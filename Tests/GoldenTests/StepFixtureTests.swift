import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Whole steps: every observation is torch's")
struct StepFixtureTests {
  static let all = Fixtures.names(in: "steps")
  static let playable = all.filter { unknownSettings(lines($0)).isEmpty }

  static func lines(_ name: String) -> [String] {
    ((try? Fixtures.text("steps/\(name)/case.session")) ?? "").split(separator: "\n").map(String.init)
  }

  @Test("only sessions with settings that are not there yet are left out")
  func coverage() {
    #expect(
      Set(Self.all).subtracting(Self.playable) == [
        "clip-after-step", "clip-each-backward", "clip-value", "everything", "loss-scale", "replicas-2",
        "replicas-2-accumulate-2",
      ])
    #expect(Self.all.count == 49)
  }

  @Test("exports what torch + peft observed", arguments: playable)
  func observations(name: String) throws {
    let temporary = try TemporaryFolder()
    let out = temporary.file("out.safetensors")
    let (_, failure) = play(Self.lines(name), in: "steps/\(name)", exportingTo: out)
    #expect(failure == nil)
    let expected = try SafetensorsFile(path: Fixtures.path("steps/\(name)/expected.safetensors"))
    let found = try SafetensorsFile(path: out)
    #expect(found.names == expected.names)
    let isDouble = Self.lines(name).contains("set dtype float64")
    for key in expected.names {
      let (value, wanted) = (try found.tensor(key), try expected.tensor(key))
      #expect(value.shape == wanted.shape, "\(key)")
      let floor = key.contains("/effective/") ? try resolution(key, expected, isDouble) : 0
      let error = relativeError(value.toArray(), wanted.toArray(), floor: floor)
      #expect(error <= (isDouble ? 1e-10 : 2e-5), "\(key)")
    }
  }

  /// What rounding of the weights alone can make of an effective gradient.
  private func resolution(_ key: String, _ file: SafetensorsFile, _ isDouble: Bool) throws -> Double {
    let after = try file.tensor(key.replacingOccurrences(of: "/effective/", with: "/after/")).maxMagnitude
    let lr = try file.tensor(key.replacingOccurrences(of: "/effective/", with: "/lr/"))[0]
    return 4 * after * (isDouble ? 0x1p-52 : 0x1p-23) / abs(lr)
  }
}
