import TestSupport
import Testing

@testable import Tensors

@Suite("torch's random numbers")
struct TorchGeneratorTests {
  static let seeds: [UInt64] = [0, 1, 42, 1 << 31 + 7, 1 << 40 + 5]

  private func expected(_ seed: UInt64) throws -> SafetensorsFile {
    try SafetensorsFile(path: Fixtures.path("init/seed\(seed).safetensors"))
  }

  @Test("uniform numbers have the same bits", arguments: seeds)
  func uniform(seed: UInt64) throws {
    let file = try expected(seed)
    var generator = TorchGenerator(seed: seed)
    #expect(generator.uniform(Shape(37), dtype: .float32).isIdentical(to: try file.tensor("rand_f32")))
    // Without a new seed: the two kinds share one stream.
    #expect(generator.uniform(Shape(9), dtype: .float64).isIdentical(to: try file.tensor("rand_f64")))
    generator = TorchGenerator(seed: seed)
    let bound = 1 / 8.0.squareRoot()
    let drawn = generator.uniform(Shape(33), low: -bound, high: bound, dtype: .float32)
    #expect(drawn.isIdentical(to: try file.tensor("uniform_f32")))
  }

  @Test("normal numbers have the same bits as torch's vectorised ones", arguments: seeds)
  func normal(seed: UInt64) throws {
    let file = try expected(seed)
    for count in [7, 40] {
      var generator = TorchGenerator(seed: seed)
      let drawn = generator.normal(Shape(count), dtype: .float32)
      #expect(drawn.isIdentical(to: try file.tensor("randn_f32_\(count)")))
    }
    var generator = TorchGenerator(seed: seed)
    #expect(generator.normal(Shape(20), dtype: .float64).isIdentical(to: try file.tensor("randn_f64_20")))
  }
}
