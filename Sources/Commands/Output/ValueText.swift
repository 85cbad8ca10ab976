import Debugger
import Tensors

/// Values of expressions as text.
enum ValueText {
  static func full(_ value: Value, _ style: NumberStyle = .standard) -> String {
    switch value {
    case .number(let number): style.text(number, .float64, digits: 9)
    case .flag(let flag): flag ? "true" : "false"
    case .tensor(let tensor): full(tensor, style)
    }
  }

  /// In a line, whatever it is.
  static func short(_ value: Value) -> String {
    guard case .tensor(let tensor) = value, tensor.shape.rank > 0 else { return full(value) }
    return "\(tensor.shape) \(tensor.dtype.rawValue), norm \(shortNumber(tensor.norm))"
  }

  /// Shape, dtype, a summary, and the upper left corner or all of it.
  private static func full(_ tensor: Tensor, _ style: NumberStyle) -> String {
    if tensor.shape.rank == 0 { return style.text(tensor[0], tensor.dtype, digits: 9) }
    let head = "\(tensor.shape) \(tensor.dtype.rawValue)"
    if tensor.count == 0 { return head + ", empty" }
    let columns = tensor.shape[tensor.shape.rank - 1]
    let rows = tensor.count / max(columns, 1)
    let (shownRows, shownColumns) = style.showsAll ? (rows, columns) : (min(rows, 6), min(columns, 6))
    var table = TextTable([], leftAligned: [])
    for row in 0..<shownRows {
      let cells = (0..<shownColumns).map { style.text(tensor[row * columns + $0], tensor.dtype, digits: 5) }
      table.add(cells + (columns > shownColumns ? ["..."] : []))
    }
    return head + ", " + summary(tensor) + "\n" + table.text + (rows > shownRows ? "\n  ..." : "")
  }

  private static func summary(_ tensor: Tensor) -> String {
    var parts = [
      "norm \(shortNumber(tensor.norm))", "min \(shortNumber(tensor.minimum))", "max \(shortNumber(tensor.maximum))",
      "mean \(shortNumber(tensor.mean))",
    ]
    if tensor.firstNonFinite != nil {
      parts.append("\((0..<tensor.count).count { !tensor[$0].isFinite }) of \(tensor.count) not finite")
    }
    return parts.joined(separator: ", ")
  }
}
