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
    mixed(position, middle: (40, 40, 40), negative: (60, 130, 240), positive: (250, 150, 30))
  }

  private typealias Light = (red: Double, green: Double, blue: Double)

  private static func mixed(_ position: Double, middle: Light, negative: Light, positive: Light) -> Color {
    guard position.isFinite else { return .rgb(200, 0, 200) }
    let end = position < 0 ? negative : positive
    // The square root spreads the small values, where most gradients are.
    let amount = min(1, abs(position)).squareRoot()
    func mix(_ from: Double, _ to: Double) -> UInt8 { UInt8(from + (to - from) * amount) }
    return .rgb(mix(middle.red, end.red), mix(middle.green, end.green), mix(middle.blue, end.blue))
  }

  /// A cell of a heat map.
  static func heat(_ position: Double, _ colors: ColorRange) -> Style {
    // Without colours the glyphs say it; what is large stands out, what is next to nothing steps back.
    if colors == .none { return Style(bold: abs(position) >= 0.5, dim: abs(position) < 0.1) }
    // A few colours say the sign, each with a text that is readable on it; what is next to nothing has no ground.
    if colors == .few, position.isFinite {
      if abs(position) < 0.03 { return Style() }
      return Style(
        foreground: position > 0 ? .rgb(0, 0, 0) : .rgb(255, 255, 255), background: diverging(position < 0 ? -1 : 1))
    }
    // The orange end is light, everything else dark.
    return Style(foreground: position > 0.3 ? .rgb(0, 0, 0) : .rgb(255, 255, 255), background: diverging(position))
  }

  /// The scale as the colour of text. Numbers must be readable on a dark ground, so that small ones keep some light, and
  /// with few colours the negative ones are cyan: blue is too dark there.
  static func readable(_ position: Double) -> Color {
    mixed(position, middle: (133, 133, 133), negative: (140, 205, 255), positive: (252, 195, 127))
  }
}
