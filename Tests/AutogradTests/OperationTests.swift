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
    let hooks = BackwardHooks(parameterCount: parameters.count, moduleCount: 0)
    return leafGradients(BackwardPass(from: loss, on: tape, hooks: hooks), count: parameters.count)
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

  @Test("a loss of frozen parameters has no backward pass")
  func nothingToDifferentiate() {
    var tape = Tape(parameters: random([4, 3]), requiresGrad: [false])
    let loss = tape.meanSquaredError(0, target: target, reduction: .mean)
    #expect(BackwardPass(from: loss, on: tape, hooks: BackwardHooks(parameterCount: 1, moduleCount: 0)) == nil)
  }
}
