import Tensors

/// The largest difference of two lists of numbers, in units of the expected list's largest magnitude.
/// Infinite where the counts differ or only one of two numbers is finite.
public func relativeError(_ values: [Double], _ expected: [Double], floor: Double = 0) -> Double {
  guard values.count == expected.count else { return .infinity }
  let scale = expected.map(abs).filter(\.isFinite).max() ?? 0
  var worst = 0.0
  for (value, wanted) in zip(values, expected) where !(value == wanted || (value.isNaN && wanted.isNaN)) {
    let error = abs(value - wanted)
    guard error.isFinite else { return .infinity }
    worst = max(worst, error - floor)
  }
  return worst <= 0 ? 0 : worst / max(scale, 1e-30)
}
