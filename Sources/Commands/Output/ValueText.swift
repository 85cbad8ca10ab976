import Debugger
import Tensors

/// Values of expressions as text.
enum ValueText {
  static func full(_ value: Value) -> String {
    switch value {
    case .number(let number): formatted(number, "%.9g")
    case .flag(let flag): flag ? "true" : "false"
    case .tensor(let tensor): full(tensor)
    }
  }

  /// In a line, whatever it is.
  static func short(_ value: Value) -> String {
    guard case .tensor(let tensor) = value, tensor.shape.rank > 0 else { return full(value) }
    return "\(tensor.shape) \(tensor.dtype.rawValue), norm \(shortNumber(tensor.norm))"
  }

  /// Shape, dtype, norm and the upper left corner.
  private static func full(_ tensor: Tensor) -> String {
    if tensor.shape.rank == 0 { return formatted(tensor[0], "%.9g") }
    let head = "\(tensor.shape) \(tensor.dtype.rawValue)"
    if tensor.count == 0 { return head + ", empty" }
    let columns = tensor.shape[tensor.shape.rank - 1]
    let rows = tensor.count / max(columns, 1)
    var table = TextTable([], leftAligned: [])
    for row in 0..<min(rows, 6) {
      let cells = (0..<min(columns, 6)).map { formatted(tensor[row * columns + $0], "%.5g") }
      table.add(cells + (columns > 6 ? ["..."] : []))
    }
    let summary = "norm \(shortNumber(tensor.norm)), max |x| \(shortNumber(tensor.maxMagnitude))"
    return head + ", " + summary + "\n" + table.text + (rows > 6 ? "\n  ..." : "")
  }
}
