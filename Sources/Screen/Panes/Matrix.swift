import Debugger
import Tensors
import Training

/// The two gradients that are shown side by side, with the scale they share.
struct MatrixPair {
  let hook: Tensor?
  let effective: Tensor?
  /// The magnitude at the ends of the colour scale.
  let scale: Double

  init(_ state: ScreenState) {
    guard let record = state.shownRecord, let observed = state.observed else {
      (hook, effective, scale) = (nil, nil, 1)
      return
    }
    let reading = record.hook.flatMap { observed.reading(hook: $0, site: .parameter(record.parameter)) }
    // Of a stack, the newest is shown.
    hook = reading?.value.flatMap { reading?.stacked == true && $0.shape[0] > 0 ? $0.entry($0.shape[0] - 1) : $0 }
    effective = record.lr == 0 || record.isPending ? nil : record.effective
    let largest = [hook, effective].compactMap { $0?.maxMagnitude }.filter(\.isFinite).max() ?? 0
    scale = largest > 0 ? largest : 1
  }
}

/// A tensor as rows and columns: its last axis across, all others down.
struct MatrixWindow {
  let tensor: Tensor
  let rows: Int
  let columns: Int

  init(_ tensor: Tensor) {
    self.tensor = tensor
    columns = tensor.shape.rank == 0 ? 1 : tensor.shape[tensor.shape.rank - 1]
    rows = columns == 0 ? 0 : tensor.count / columns
  }

  /// The part that fits, from a scroll position that is clamped to the matrix.
  func visible(from scroll: Position, columns across: Int, rows down: Int) -> (rows: Range<Int>, columns: Range<Int>) {
    let row = max(0, min(scroll.row, rows - down))
    let column = max(0, min(scroll.column, columns - across))
    return (row..<min(rows, row + max(0, down)), column..<min(columns, column + max(0, across)))
  }
}

/// Draws a matrix as numbers or as a heat map, with its norm below.
func drawMatrix(_ tensor: Tensor, scale: Double, _ state: ScreenState, _ area: Rect, on canvas: inout Canvas) {
  let window = MatrixWindow(tensor)
  let cell = state.view == .numbers ? 10 : 2
  let body = max(0, area.rows - 1)
  let part = window.visible(from: state.scroll, columns: max(1, area.columns / cell), rows: body)
  for (line, row) in part.rows.enumerated() {
    for (place, column) in part.columns.enumerated() {
      let value = tensor[row * window.columns + column]
      let at = area.column + place * cell
      switch state.view {
      case .numbers:
        let style = Style(foreground: value == 0 ? nil : brightened(value / scale))
        canvas.putRight(formatted(value, "%+.2e"), at + cell, area.row + line, width: cell, style)
      case .heat:
        // The orange end is light, everything else dark.
        let ink: Color = value > 0.3 * scale ? .rgb(0, 0, 0) : .rgb(255, 255, 255)
        let style = Style(foreground: ink, background: Palette.diverging(value / scale))
        canvas.put(sign(value, scale), at, area.row + line, width: cell, style)
      }
    }
  }
  let norm = "norm \(shortNumber(tensor.norm))"
  let most = norm + " max \(shortNumber(tensor.maxMagnitude))"
  var forms = [most, norm, ""]
  if part.rows.count < window.rows || part.columns.count < window.columns {
    let size = tensor.shape.dimensions.map(String.init).joined(separator: "x")
    let rows = tensor.shape.rank < 2 ? "" : "\(part.rows.lowerBound)-\(part.rows.upperBound - 1),"
    let place = rows + "\(part.columns.lowerBound)-\(part.columns.upperBound - 1) of \(size)"
    forms = [most + "  " + place, norm + "  " + place] + forms
  }
  // A number that is cut off reads as another one: what does not fit is left out.
  canvas.put(forms.fitting(area.columns), area.column, area.row + area.rows - 1, width: area.columns, Palette.quiet)
}

/// The sign and size in glyphs too, for screens without colour.
private func sign(_ value: Double, _ scale: Double) -> String {
  guard value.isFinite else { return value.isNaN ? "NN" : value > 0 ? "+I" : "-I" }
  let size = abs(value) / scale
  if value == 0 || size < 0.02 { return "  " }
  let mark = value > 0 ? "+" : "-"
  return size > 0.4 ? mark + mark : " " + mark
}

/// Numbers must be readable on a dark ground, so that small ones keep some light.
private func brightened(_ position: Double) -> Color {
  guard case .rgb(let r, let g, let b) = Palette.diverging(position) else { return .rgb(200, 200, 200) }
  func lift(_ part: UInt8) -> UInt8 { UInt8(min(255, 110 + Int(part) * 145 / 255)) }
  return .rgb(lift(r), lift(g), lift(b))
}
