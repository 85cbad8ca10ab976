import Autograd
import Tensors
import TestSupport
import Testing

@Suite("Every operation's gradient is its central difference")
struct OperationTests {
  /// A scalar function of some tensors, written on a tape.
  private typealias ScalarFunction = (inout Tape) -> Tape.ValueID

  private func gradients(
    _ parameters: [Tensor], requiresGrad: [Bool]? = nil, _ function: ScalarFunction
  ) -> [Tensor?] {
    var tape = Tape(parameters: parameters, requiresGrad: requiresGrad ?? parameters.map { _ in true })
    let loss = function(&tape)
    return leafGradients(BackwardPass(from: loss, on: tape, noModules(parameters.count)), count: parameters.count)
  }

  private func check(_ parameters: [Tensor], _ function: ScalarFunction) throws {
    let found = gradients(parameters, function)
    for index in parameters.indices {
      let gradient = try #require(found[index])
      #expect(gradient.shape == parameters[index].shape)
      let differences = centralDifferences(parameters, of: index) { changed in
        var tape = Tape(parameters: changed, requiresGrad: changed.map { _ in false })
        let loss = function(&tape)
        return tape[loss][0]
      }
      #expect(relativeError(gradient.toArray(), differences) < 1e-7)
    }
  }

  private let target = random([4, 3], seed: 11)[0]

  @Test("linear, with a bias and without", arguments: [true, false])
  func linear(hasBias: Bool) throws {
    let (all, wanted) = (random([4, 5], [3, 5], [3]), target)
    try check(hasBias ? all : Array(all.dropLast())) { tape in
      let y = tape.linear(0, weight: 1, bias: hasBias ? 2 : nil)
      return tape.meanSquaredError(y, target: wanted, reduction: .mean)
    }
  }

  @Test("activations", arguments: Activation.all.map(\.name))
  func activations(name: String) throws {
    let activation = try #require(Activation.all.first { $0.name == name })
    let wanted = target
    try check(random([4, 3])) { tape in
      let y = tape.apply(activation, to: 0)
      return tape.meanSquaredError(y, target: wanted, reduction: .sum)
    }
  }

  @Test("add, scale and divide")
  func arithmetic() throws {
    let wanted = target
    try check(random([4, 3], [4, 3])) { tape in
      let scaled = tape.scale(0, by: 1.7)
      let sum = tape.add(scaled, 1)
      let y = tape.divide(sum, by: 0.3)
      return tape.meanSquaredError(y, target: wanted, reduction: .mean)
    }
  }

  @Test("products, factors for columns, and what is subtracted from rows")
  func products() throws {
    let wanted = target
    try check(random([4, 3], [4, 3], [3], [3])) { tape in
      let product = tape.multiply(0, 1)
      let shifted = tape.subtractRow(product, 3)
      let factor = tape.divide(2, byConstant: Tensor([0.5, 2, 3], shape: [3], dtype: .float64))
      let lessOne = tape.add(factor, constant: -1)
      let y = tape.scaleColumns(shifted, by: lessOne)
      return tape.meanSquaredError(y, target: wanted, reduction: .mean)
    }
  }

  @Test("dropout lets through what its mask says, the same on every run")
  func dropout() throws {
    let wanted = target
    try check(random([4, 3])) { tape in
      let y = tape.dropout(0, p: 0.4, stream: 2)
      return tape.meanSquaredError(y, target: wanted, reduction: .sum)
    }
  }

  @Test("cross_entropy, with ignored labels", arguments: Reduction.allCases)
  func crossEntropy(reduction: Reduction) throws {
    try check(random([5, 4])) { $0.crossEntropy(0, labels: [3, nil, 0, 2, nil], reduction: reduction) }
  }

  @Test("cross_entropy of nothing but ignored labels: nan, with gradient 0, as in torch")
  func nothingToCompare() throws {
    var tape = Tape(parameters: random([2, 3]), requiresGrad: [true])
    let loss = tape.crossEntropy(0, labels: [nil, nil], reduction: .mean)
    #expect(tape[loss][0].isNaN)
    let found = gradients(random([2, 3])) { $0.crossEntropy(0, labels: [nil, nil], reduction: .mean) }
    #expect(try #require(found[0]).toArray() == Array(repeating: 0, count: 6))
  }

  @Test("embeddings add up what their places bring")
  func embedding() throws {
    let wanted = random([2, 3, 4], seed: 12)[0]
    let tokens = Indices([4, 0, 4, 1, 1, 4], shape: [2, 3])
    try check(random([5, 4])) { tape in
      let y = tape.embedding(0, at: tokens)
      return tape.meanSquaredError(y, target: wanted, reduction: .mean)
    }
  }

  @Test("RMSNorm")
  func rmsNorm() throws {
    let wanted = random([2, 3, 4], seed: 12)[0]
    try check(random([2, 3, 4], [4])) { tape in
      let y = tape.rmsNorm(0, weight: 1, eps: 1e-3)
      return tape.meanSquaredError(y, target: wanted, reduction: .mean)
    }
  }

  @Test("causal attention with rotary positions", arguments: [1, 2, 4])
  func attention(keyValueHeads: Int) throws {
    let sizes = AttentionHeads(heads: 4, keyValueHeads: keyValueHeads, headSize: 6)
    let wanted = random([2, 5, 24], seed: 12)[0]
    let table = RotaryTable(positions: 5, RotaryFrequencies(theta: 100, headSize: 6))
    let keys = Shape([2, 5, keyValueHeads * 6])
    try check(random([2, 5, 24], keys, keys)) { tape in
      let (q, k) = (tape.rotate(0, by: table), tape.rotate(1, by: table))
      let y = tape.attention(q, k, 2, sizes)
      return tape.meanSquaredError(y, target: wanted, reduction: .mean)
    }
  }

  @Test("mse_loss", arguments: Reduction.allCases)
  func loss(reduction: Reduction) throws {
    let wanted = target
    try check(random([4, 3])) { $0.meanSquaredError(0, target: wanted, reduction: reduction) }
  }

  @Test("a parameter used twice gets the sum of both uses, once")
  func sharedParameter() throws {
    let wanted = random([4, 5], seed: 12)[0]
    try check(random([4, 5], [5, 5])) { tape in
      let once = tape.linear(0, weight: 1)
      let twice = tape.linear(once, weight: 1)
      return tape.meanSquaredError(twice, target: wanted, reduction: .mean)
    }
  }

  @Test("a frozen parameter gets no gradient, and the others the same as before")
  func frozen() throws {
    let (all, wanted) = (random([4, 5], [3, 5], [3]), target)
    let function: ScalarFunction = { tape in
      let y = tape.linear(0, weight: 1, bias: 2)
      return tape.meanSquaredError(y, target: wanted, reduction: .mean)
    }
    let (full, part) = (gradients(all, function), gradients(all, requiresGrad: [false, true, false], function))
    #expect(part[0] == nil && part[2] == nil)
    #expect(try #require(part[1]).isIdentical(to: try #require(full[1])))
  }

  @Test("a loss requires a gradient only if something trainable leads to it", arguments: [true, false])
  func nothingToDifferentiate(isTrainable: Bool) {
    var tape = Tape(parameters: random([4, 3]), requiresGrad: [isTrainable])
    let loss = tape.meanSquaredError(0, target: target, reduction: .mean)
    #expect(tape.requiresGrad(loss) == isTrainable)
  }
}
