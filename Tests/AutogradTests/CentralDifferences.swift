import Autograd
import Tensors

/// d loss / d parameter for each parameter, as a backward pass delivers it; nil if it delivered none.
func leafGradients(_ pass: BackwardPass?, count: Int) -> [Tensor?] {
  var found: [Tensor?] = Array(repeating: nil, count: count)
  var backward = pass
  while let event = backward?.next() {
    if case .leaf(let parameter, let gradient) = event { found[parameter] = gradient }
  }
  return found
}

/// (f(x + h) - f(x - h)) / 2h for every element of one of some float64 tensors.
func centralDifferences(_ tensors: [Tensor], of index: Int, _ function: ([Tensor]) -> Double) -> [Double] {
  let width = 1e-6
  func value(_ element: Int, _ shift: Double) -> Double {
    var (changed, numbers) = (tensors, tensors[index].toArray())
    numbers[element] += shift
    changed[index] = Tensor(numbers, shape: tensors[index].shape, dtype: .float64)
    return function(changed)
  }
  return (0..<tensors[index].count).map { (value($0, width) - value($0, -width)) / (2 * width) }
}

/// Numbers that stay away from kinks and from each other.
func random(_ shapes: Shape..., seed: UInt64 = 5) -> [Tensor] {
  var generator = TorchGenerator(seed: seed)
  return shapes.map { generator.normal($0, dtype: .float64) }
}
