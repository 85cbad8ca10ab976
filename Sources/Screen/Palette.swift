/// The colours of the screen, each with one meaning. Differences are never told by colour alone.
enum Palette {
  static let title = Style(foreground: .rgb(230, 230, 230), background: .rgb(50, 60, 90), bold: true)
  static let heading = Style(bold: true)
  static let quiet = Style(dim: true)
  static let selected = Style(bold: true, reverse: true)
  static let said = Style(foreground: .rgb(110, 190, 220))
  static let good = Style(foreground: .rgb(90, 170, 230))
  static let notable = Style(foreground: .rgb(240, 170, 60), bold: true)
  static let error = Style(foreground: .rgb(230, 90, 90), bold: true)

  /// A diverging scale around 0, blue below and orange above, safe for colour-blind eyes.
  /// `position` runs from -1 to 1; NaN and infinities have a colour of their own.
  static func diverging(_ position: Double) -> Color {
    guard position.isFinite else { return .rgb(200, 0, 200) }
    let middle = (40.0, 40.0, 40.0)
    let end = position < 0 ? (60.0, 130.0, 240.0) : (250.0, 150.0, 30.0)
    // The square root spreads the small values, where most gradients are.
    let amount = min(1, abs(position)).squareRoot()
    func mix(_ from: Double, _ to: Double) -> UInt8 { UInt8(from + (to - from) * amount) }
    return .rgb(mix(middle.0, end.0), mix(middle.1, end.1), mix(middle.2, end.2))
  }

  /// A cell of a heat map.
  static func heat(_ position: Double, _ colors: ColorRange) -> Style {
    // Without colours the glyphs say it; what is large stands out, what is next to nothing steps back.
    if colors == .none { return Style(bold: abs(position) >= 0.5, dim: abs(position) < 0.1) }
    // The orange end is light, everything else dark.
    return Style(foreground: position > 0.3 ? .rgb(0, 0, 0) : .rgb(255, 255, 255), background: diverging(position))
  }

  /// The scale as the colour of text. Numbers must be readable on a dark ground, so that small ones keep some light.
  static func readable(_ position: Double) -> Color {
    guard case .rgb(let r, let g, let b) = diverging(position) else { return .rgb(200, 200, 200) }
    func lift(_ part: UInt8) -> UInt8 { UInt8(min(255, 110 + Int(part) * 145 / 255)) }
    return .rgb(lift(r), lift(g), lift(b))
  }
}
