import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Whole steps: every observation is torch's")
struct StepFixtureTests {
  static let all = Fixtures.names(in: "steps")
  static func lines(_ name: String) -> [String] {
    ((try? Fixtures.text("steps/\(name)/case.session")) ?? "").split(separator: "\n").map(String.init)
  }

  @Test("there is something to test")
  func coverage() {
    #expect(Self.all.count == 346)
  }

  @Test("exports what torch + peft observed", arguments: all)
  func observations(name: String) throws {
    try check("steps/" + name)
  }

  /// Plays the session in a folder of fixtures and compares what it exports. Where sums overflow it depends on
  /// the order of additions, and so on the BLAS, whether they end in inf or NaN: `overflows` takes one for the other.
  func check(_ folder: String, overflows: Bool = false) throws {
    let temporary = try TemporaryFolder()
    let out = temporary.file("out.safetensors")
    let lines = try Fixtures.text(folder + "/case.session").split(separator: "\n").map(String.init)
    let (_, failure) = play(lines, in: folder, exportingTo: out)
    #expect(failure == nil)
    let expected = try SafetensorsFile(path: Fixtures.path(folder + "/expected.safetensors"))
    let found = try SafetensorsFile(path: out)
    #expect(Set(expected.names).isSubset(of: found.names))
    // Where lr is 0 there is no effective gradient to compare.
    for key in Set(found.names).subtracting(expected.names) {
      let lr = try found.tensor(lr(of: key))[0]
      #expect(key.contains("/effective/") && lr == 0, "\(key)")
    }
    let tolerance = Tolerance(lines)
    for key in expected.names {
      let (value, wanted) = (try found.tensor(key), try expected.tensor(key))
      #expect(value.shape == wanted.shape && value.dtype == wanted.dtype, "\(key)")
      let floor = key.contains("/effective/") ? try resolution(key, expected, tolerance) : tolerance.floor
      let numbers = { (tensor: Tensor) in tensor.toArray().map { overflows && !$0.isFinite ? .nan : $0 } }
      let error = relativeError(numbers(value), numbers(wanted), floor: floor)
      #expect(error <= tolerance.relative, "\(key)")
    }
  }

  private func lr(of key: String) -> String { key.replacingOccurrences(of: "/effective/", with: "/lr/") }

  /// What rounding of the weights alone can make of an effective gradient.
  private func resolution(_ key: String, _ file: SafetensorsFile, _ tolerance: Tolerance) throws -> Double {
    let after = try file.tensor(key.replacingOccurrences(of: "/effective/", with: "/after/")).maxMagnitude
    return tolerance.floor + 4 * after * tolerance.weightError / abs(try file.tensor(lr(of: key))[0])
  }
}

/// How near to torch a session has to come: float64 to 1e-10, float32 to 2e-5 (Adam, which divides by
/// small numbers, to 2e-4), 16 bits to a few units in the last place.
private struct Tolerance {
  let relative: Double
  /// An absolute error that does not count.
  let floor: Double
  /// Relative to the largest weight: what a weight may be off.
  let weightError: Double

  init(_ lines: [String]) {
    let dtype = DType.allCases.first { lines.contains("set dtype \($0.rawValue)") } ?? .float32
    let isAdam = lines.contains { $0.hasPrefix("set optimizer adam") }
    let isTransformer = lines.contains { $0.hasPrefix("model transformer") }
    // transformers computes norms and rotations in float32 whatever the model's dtype, and rounds attention
    // in 16 bits elsewhere; Adam's first updates are signs, which noise can turn.
    switch dtype {
    case .float64: (relative, floor) = isTransformer ? (2e-5, 1e-7) : (1e-10, 0)
    case .float32: (relative, floor) = (isAdam ? 2e-4 : 2e-5, isTransformer ? 1e-7 : 0)
    case .bfloat16, .float16: (relative, floor) = ((isTransformer ? 12 : 2) * dtype.epsilon, 0)
    }
    weightError = dtype.is16Bit && isTransformer ? 16 * dtype.epsilon : dtype.epsilon
  }
}
