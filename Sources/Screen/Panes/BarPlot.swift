/// A value for each column of the screen, from `low` at the bottom to `high` at the top: bars, or a line of their ends.
struct BarPlot {
  let low: Double
  let high: Double
  var isLine = false

  /// Draws nothing where a value is nil or no number.
  func draw(
    _ values: [(value: Double?, style: Style)], _ area: Rect, _ glyphs: GlyphSet, on canvas: inout Canvas
  ) {
    let steps = glyphs.bars.count
    let span = high - low
    for (place, (value, style)) in values.prefix(area.columns).enumerated() {
      guard let value, value.isFinite, area.rows > 0 else { continue }
      let share = span > 0 ? max(0, min(1, (value - low) / span)) : 0.5
      // The smallest value is still seen.
      var height = max(1, Int((share * Double(area.rows * steps)).rounded()))
      for row in 0..<area.rows where height > 0 {
        let glyph = glyphs.bars[min(steps, height) - 1]
        if !isLine || height <= steps {
          canvas.put(String(glyph), area.column + place, area.row + area.rows - 1 - row, width: 1, style)
        }
        height -= steps
      }
    }
  }
}
