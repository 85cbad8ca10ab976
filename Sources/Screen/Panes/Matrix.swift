import Debugger

/// One of the two matrices that are side by side.
struct MatrixDrawing {
  let matrix: ShownMatrix
  /// The magnitude at the ends of the colour scale.
  let scale: Double
  /// The largest count of both histograms, so that their bars can be compared.
  var largestCount = 1
}

/// Draws a matrix in the view that is chosen, the whole of it in small if there is room, and its norm.
func drawMatrix(
  _ drawing: MatrixDrawing, _ window: MatrixWindow, _ pane: MatrixPane, _ state: ScreenState,
  on canvas: inout Canvas
) {
  if state.view == .histogram {
    drawHistogram(drawing, window.histogram, pane.body, state, on: &canvas)
  } else {
    drawCells(drawing, window, pane, state, on: &canvas)
    if let map = pane.map, window.isPart(of: drawing.matrix) {
      drawMap(drawing, window, map, state, on: &canvas)
    }
  }
  drawSummary(drawing.matrix, window, pane.summary, state, on: &canvas)
}

private func drawCells(
  _ drawing: MatrixDrawing, _ window: MatrixWindow, _ pane: MatrixPane, _ state: ScreenState, on canvas: inout Canvas
) {
  let (matrix, area, width) = (drawing.matrix, pane.body, window.cellWidth)
  for (line, row) in window.rows.enumerated() where row < matrix.rows {
    for (place, column) in window.columns.enumerated() where column < matrix.columns {
      let cell = Position(column: column, row: row)
      guard let value = matrix.value(at: cell) else { continue }
      let at = window.position(line: line, place: place, in: area)
      var style: Style
      switch state.view {
      case .numbers:
        style = value == 0 ? Palette.quiet : Style(foreground: Palette.readable(value / drawing.scale))
        if cell == window.cell { style = Style(foreground: style.foreground, reverse: true) }
        // The blank before a number is not part of it.
        let number = matrixNumber(value, columns: width - 1)
        canvas.put(number, at.column + width - number.columns, at.row, width: width, style)
      case .heat, .histogram:
        style = Palette.heat(value / drawing.scale, state.colors)
        if cell == window.cell { style.reverse = true }
        let text = heatText(value / drawing.scale, state.colors)
        // Where a blank has no colour to be reversed, the cursor needs a glyph.
        canvas.put(cell == window.cell && text == "  " ? "[]" : text, at.column, at.row, width: width, style)
      }
    }
  }
}

/// A number of a matrix that fills its columns: as many digits as there is room for. Where the exponent is long it has
/// fewer, because a number that is cut off reads as another one.
func matrixNumber(_ value: Double, columns: Int) -> String {
  func padded(_ text: String) -> String { String(repeating: " ", count: max(0, columns - text.columns)) + text }
  // Under the first digits of the others, so that what is exactly zero is seen at once.
  if value == 0 { return " 0" + String(repeating: " ", count: max(0, columns - 2)) }
  guard value.isFinite else { return padded(formatted(value, "%+.0f")) }
  // A sign, a digit, a point, and an exponent of two digits.
  for digits in stride(from: max(0, min(6, columns - 7)), to: 0, by: -1) {
    let text = formatted(value, "%+.\(digits)e")
    if text.columns <= columns { return padded(text) }
  }
  return padded(formatted(value, "%+.0e"))
}

/// Sign and size of a value on the scale, in two glyphs: marks beside shades of colour, digits without them.
func heatText(_ position: Double, _ colors: ColorRange) -> String {
  guard position.isFinite else { return position.isNaN ? "NN" : position > 0 ? "+I" : "-I" }
  let (sign, size) = (position > 0 ? "+" : "-", abs(position))
  if colors == .shades {
    return size < 0.02 ? "  " : size > 0.4 ? sign + sign : " " + sign
  }
  if position == 0 { return "  " }
  let tenths = min(9, Int(size * 10))
  return sign + (tenths == 0 ? "." : String(tenths))
}

/// The whole matrix in blocks, each with its strongest value; what is visible above has a mark.
private func drawMap(
  _ drawing: MatrixDrawing, _ window: MatrixWindow, _ area: Rect, _ state: ScreenState, on canvas: inout Canvas
) {
  let matrix = drawing.matrix
  let (across, down) = (min(matrix.columns, area.columns, 64), min(matrix.rows, area.rows))
  guard across > 0, down > 0 else { return }
  let blocks = matrix.strongest(blocksAcross: across, blocksDown: down)
  for row in 0..<down {
    // The rows of the matrix in this row of blocks.
    let rows = (row * matrix.rows / down)..<((row + 1) * matrix.rows / down)
    for column in 0..<across {
      let columns = (column * matrix.columns / across)..<((column + 1) * matrix.columns / across)
      let isSeen = rows.overlaps(window.rows) && columns.overlaps(window.columns)
      let position = blocks[row * across + column] / drawing.scale
      var style = Palette.heat(position, state.colors)
      var glyph = isSeen ? String(state.glyphs.seen) : " "
      if state.colors != .shades {
        glyph = String(heatText(position, state.colors).last ?? " ")
        style.reverse = isSeen
      }
      canvas.put(glyph, area.column + column, area.row + row, width: 1, style)
    }
  }
  let legend = state.colors == .shades ? "whole matrix, \(state.glyphs.seen) seen here" : "whole matrix, seen: reversed"
  let left = area.columns - across - 2
  if legend.columns <= left {
    canvas.put(legend, area.column + across + 2, area.row + down - 1, width: left, Palette.quiet)
  }
}

private func drawSummary(
  _ matrix: ShownMatrix, _ window: MatrixWindow, _ area: Rect, _ state: ScreenState, on canvas: inout Canvas
) {
  let nonFinite = matrix.nonFinite == 0 ? "" : "  \(matrix.nonFinite) not finite"
  let norm = "norm \(shortNumber(matrix.norm))" + nonFinite
  let most = norm + " max \(matrix.nonFinite == matrix.tensor.count ? "-" : shortNumber(matrix.largest))"
  var forms = [most, norm, ""]
  if state.view != .histogram, window.isPart(of: matrix) {
    let size = matrix.tensor.shape.dimensions.map(String.init).joined(separator: "x")
    let columns = window.columns.clamped(to: 0..<matrix.columns)
    let rows = window.rows.clamped(to: 0..<matrix.rows)
    func text(_ range: Range<Int>) -> String {
      range.count < 2 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound - 1)"
    }
    let place = (matrix.tensor.shape.rank < 2 ? "" : text(rows) + ",") + text(columns) + " of \(size)"
    forms = [most + "  " + place, norm + "  " + place] + forms
  }
  // A number that is cut off reads as another one: what does not fit is left out.
  canvas.put(forms.fitting(area.columns), area.column, area.row, width: area.columns, Palette.quiet)
}
