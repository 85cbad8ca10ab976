import CKernels
import TestSupport
import Testing

@testable import Tensors

@Suite("Rows in float32: torch's bits where they decide, its values elsewhere")
struct RowTests {
  private static let rows = 3

  /// Every bit of every number counts, and its place.
  private func checksum(_ tensor: Tensor) -> Int {
    var sum = 0
    for (index, value) in tensor.toArray().enumerated() {
      sum += Int(Float(value).bitPattern) * (index % 1009 + 1)
    }
    return sum
  }

  private func cases(_ name: String) throws -> [JSON] {
    let cases = try Fixtures.json("kernels/rows.json")[name].list
    try #require(!cases.isEmpty)
    return cases
  }

  @Test("LlamaRMSNorm and its gradient")
  func rmsNorm() throws {
    for item in try cases("rms_norm") {
      let columns = try #require(item["columns"].int)
      var generator = TorchGenerator(seed: UInt64(columns))
      let x = generator.normal(Shape(Self.rows, columns), dtype: .float32)
      let weight = generator.normal(Shape(columns), dtype: .float32)
      let gradient = generator.normal(Shape(Self.rows, columns), dtype: .float32)
      let (output, inverse) = x.rmsNorm(weight: weight, eps: 1e-5)
      #expect(checksum(output) == item["output"].int, "\(columns)")
      #expect(
        checksum(gradient.rmsNormBackward(x: x, weight: weight, inverse: inverse)) == item["gradient"].int, "\(columns)"
      )
    }
  }

  @Test("the sum of a row, at every level of the cascade")
  func sums() throws {
    for item in try cases("row_sum") {
      let columns = try #require(item["columns"].int)
      var generator = TorchGenerator(seed: UInt64(columns))
      let x = generator.normal(Shape(Self.rows, columns), dtype: .float32)
      let sums = (0..<Self.rows).map { Double(row_sum(x.pointer(Float.self) + $0 * columns, columns)) }
      #expect(checksum(Tensor(sums, shape: Shape(Self.rows), dtype: .float32)) == item["sums"].int, "\(columns)")
    }
  }

  @Test("a product with a matrix of a few rows, such as lora_A")
  func products() throws {
    for item in try cases("product") {
      let (columns, k) = (try #require(item["columns"].int), try #require(item["k"].int))
      var generator = TorchGenerator(seed: UInt64(1000 * columns + k))
      let x = generator.normal(Shape(8 * Self.rows, k), dtype: .float32)
      let a = generator.normal(Shape(columns, k), dtype: .float32)
      let output = Tensor.matmul(x, a, transposeB: true)
      #expect(checksum(output) == item["output"].int, "\(columns) \(k)")
    }
  }

  /// The largest difference in units of the last place of the largest number.
  private func units(_ made: Tensor, _ wanted: Tensor) -> Double {
    relativeError(made.toArray(), wanted.toArray()) / Double(Float.ulpOfOne)
  }

  @Test("LayerNorm and its gradient", arguments: [32, 100, 576])
  func layerNorm(columns: Int) throws {
    let file = try SafetensorsFile(path: Fixtures.path("kernels/rows.safetensors"))
    var generator = TorchGenerator(seed: UInt64(columns))
    let x = generator.normal(Shape(Self.rows, columns), dtype: .float32)
    let gradient = generator.normal(Shape(Self.rows, columns), dtype: .float32)
    let (output, inverse) = x.standardizingRows(eps: 1e-5)
    #expect(units(output, try file.tensor("layer_norm/\(columns)/output")) <= 2)
    let back = gradient.layerNormBackward(standardized: output, inverse: inverse)
    #expect(units(back, try file.tensor("layer_norm/\(columns)/gradient")) <= 2)
  }

  @Test("GELU by tanh and its gradient, place by place")
  func geluTanh() throws {
    let file = try SafetensorsFile(path: Fixtures.path("kernels/rows.safetensors"))
    let x = try file.tensor("gelu_tanh/input")
    let ones = Tensor(full: x.shape, value: 1, dtype: .float32)
    // What an error in the tanh is multiplied with.
    let (factor, slope) = ({ (x: Double) in abs(x) / 2 }, { (x: Double) in abs(x) / 2 * (0.8 + 0.11 * x * x) })
    let found = [(x.geluTanh, "output", factor), (ones.geluTanhBackward(input: x), "gradient", slope)]
    for (made, name, growth) in found {
      let wanted = try file.tensor("gelu_tanh/" + name)
      for place in 0..<x.count {
        let error = abs(made[place] - wanted[place])
        #expect(error <= 2 * Double(Float.ulpOfOne) * (abs(wanted[place]) + growth(x[place])), "\(name) \(x[place])")
      }
    }
  }

  @Test("the frequencies of Llama 3", arguments: [64, 128])
  func llama3(size: Int) throws {
    let wanted = try SafetensorsFile(path: Fixtures.path("kernels/rows.safetensors")).tensor("llama3/\(size)").toArray()
    let scaling = RotaryFrequencies.Llama3(
      factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalLength: 8192)
    let made = RotaryFrequencies(theta: 500_000, headSize: size, scaling).values
    try #require(made.count == wanted.count && made.count == size / 2)
    for (own, torch) in zip(made, wanted) { #expect(abs(Double(own) - torch) <= 2 * Double(Float(torch).ulp)) }
  }
}
