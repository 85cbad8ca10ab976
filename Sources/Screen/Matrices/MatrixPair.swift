import Debugger
import Glibc
import Tensors
import Training

/// The two gradients that are shown side by side, with the scale they share.
struct MatrixPair: Sendable {
  let hook: ShownMatrix?
  let effective: ShownMatrix?
  /// e - c h, which has a scale of its own; nil without a c.
  let difference: Lazy<ShownMatrix?>
  /// The magnitude at the ends of the colour scale.
  let scale: Double

  static let none = MatrixPair(nil, nil, c: nil)

  init(_ record: ParameterRecord?, _ seen: SeeingHook?, c: Double?) {
    guard let record else {
      (hook, effective, scale) = (nil, nil, 1)
      difference = Lazy { nil }
      return
    }
    // Of a stack the sum, as c is of it.
    let h = seen?.reading.gradient
    let e = record.lr == 0 || record.isPending ? nil : record.effective
    hook = h.map { ShownMatrix($0) }
    effective = e.map { ShownMatrix($0) }
    let largest = [hook, effective].compactMap { $0?.largest }.max() ?? 0
    scale = largest > 0 ? largest : 1
    difference = Lazy {
      guard let h, let e, let c, h.shape == e.shape else { return nil }
      return ShownMatrix(e.adding(h.converted(to: .float64), alpha: -c))
    }
  }

  /// What the effective gradient's pane shows, and the magnitude at the ends of its colour scale.
  func right(showingDifference: Bool) -> (matrix: ShownMatrix?, scale: Double) {
    guard showingDifference else { return (effective, scale) }
    return (difference.value, scale / magnification)
  }

  /// By which power of ten the difference is drawn larger than the gradients.
  var magnification: Double {
    guard let largest = difference.value?.largest, largest > 0 else { return 1 }
    return max(1, pow(10, floor(log10(scale / largest))))
  }

  /// The cursor, or the nearest cell there is: the model may be another one since it was put there.
  func nearest(to cell: Position?) -> Position? {
    guard let cell, extent.columns > 0, extent.rows > 0 else { return nil }
    return Position(
      column: max(0, min(extent.columns - 1, cell.column)), row: max(0, min(extent.rows - 1, cell.row)))
  }

  /// Rows and columns that either of them has.
  var extent: Size {
    let both = [hook, effective].compactMap { $0 }
    return Size(columns: both.map(\.columns).max() ?? 0, rows: both.map(\.rows).max() ?? 0)
  }
}
