import Autograd
import Tensors

/// d loss / d parameter for each parameter, as a backward pass delivers it; nil if it delivered none.
func leafGradients(_ pass: BackwardPass, count: Int) -> [Tensor?] {
  var found: [Tensor?] = Array(repeating: nil, count: count)
  var backward = pass
  while let event = backward.next() {
    if case .leaf(let parameter, let gradient) = event { found[parameter] = gradient }
  }
  return found
}

/// (8 (f(x + h) - f(x - h)) - (f(x + 2h) - f(x - 2h))) / 12h for every element of one of some float64 tensors:
/// the central difference whose own error is of the fourth order.
func centralDifferences(_ tensors: [Tensor], of index: Int, _ function: ([Tensor]) -> Double) -> [Double] {
  let width = 1e-4
  func value(_ element: Int, _ shift: Double) -> Double {
    var (changed, numbers) = (tensors, tensors[index].toArray())
    numbers[element] += shift
    changed[index] = Tensor(numbers, shape: tensors[index].shape, dtype: .float64)
    return function(changed)
  }
  return (0..<tensors[index].count).map { element in
    let (near, far) = (
      value(element, width) - value(element, -width), value(element, 2 * width) - value(element, -2 * width)
    )
    return (8 * near - far) / (12 * width)
  }
}

/// What a backward pass needs to know of a tape that no model was run on.
func noModules(_ parameterCount: Int) -> HookedGraph {
  HookedGraph(ModuleGraph(), hooks: BackwardHooks(parameterCount: parameterCount, moduleCount: 0))
}

/// Numbers that stay away from kinks and from each other.
func random(_ shapes: Shape..., seed: UInt64 = 5) -> [Tensor] {
  var generator = TorchGenerator(seed: seed)
  return shapes.map { generator.normal($0, dtype: .float64) }
}
