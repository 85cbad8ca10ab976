import Autograd
import Tensors

/// A scalar function of some float64 tensors, written on a tape.
typealias ScalarFunction = (inout Tape) -> Tape.ValueID

/// d loss / d parameter for each parameter, as the backward pass delivers it; nil if it delivered none.
func gradients(_ parameters: [Tensor], requiresGrad: [Bool]? = nil, _ function: ScalarFunction) -> [Tensor?] {
  var tape = Tape(
    parameters: parameters, requiresGrad: requiresGrad ?? parameters.map { _ in true })
  let loss = function(&tape)
  var found: [Tensor?] = parameters.map { _ in nil }
  var backward = BackwardPass(
    from: loss, on: tape, hooks: BackwardHooks(parameterCount: parameters.count, moduleCount: 0))
  while let event = backward?.next() {
    if case .leaf(let parameter, let gradient) = event { found[parameter] = gradient }
  }
  return found
}

/// (f(x + h) - f(x - h)) / 2h for every element of one parameter, in float64.
func centralDifferences(_ parameters: [Tensor], of index: Int, _ function: ScalarFunction) -> [Double] {
  let width = 1e-6
  func value(_ element: Int, _ shift: Double) -> Double {
    var (changed, numbers) = (parameters, parameters[index].toArray())
    numbers[element] += shift
    changed[index] = Tensor(numbers, shape: parameters[index].shape, dtype: .float64)
    var tape = Tape(parameters: changed, requiresGrad: changed.map { _ in false })
    let loss = function(&tape)
    return tape[loss][0]
  }
  return (0..<parameters[index].count).map { (value($0, width) - value($0, -width)) / (2 * width) }
}

/// Numbers that stay away from kinks and from each other.
func random(_ shapes: Shape..., seed: UInt64 = 5) -> [Tensor] {
  var generator = TorchGenerator(seed: seed)
  return shapes.map { generator.normal($0, dtype: .float64) }
}
