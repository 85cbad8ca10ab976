import CNcurses
import Screen

/// Styles as ncurses has them: attribute bits and a colour pair.
@MainActor
struct CursesPen {
  let depth: ColorDepth
  /// Whether ncurses can leave a colour to the terminal.
  private let hasDefaultColors: Bool
  private var known: [Style: Ink] = [:]

  struct Ink {
    var attributes: attr_t
    var pair: Int32
  }

  /// Prepares the colours of the screen that has just started.
  init(noColor: String?) {
    guard has_colors(), start_color() != ERR else {
      (depth, hasDefaultColors) = (.monochrome, false)
      return
    }
    depth = ColorDepth(terminalColors: Int(COLORS), noColor: noColor)
    hasDefaultColors = use_default_colors() != ERR
  }

  mutating func ink(for style: Style) -> Ink {
    if let ink = known[style] { return ink }
    // A picture in true colour must not fill the memory.
    if known.count > 4096 { known = [:] }
    let ink = Ink(attributes: Self.attributes(of: style), pair: pair(for: style))
    known[style] = ink
    return ink
  }

  private static func attributes(of style: Style) -> attr_t {
    var attributes: attr_t = 0
    if style.bold { attributes |= curses_bold() }
    if style.dim { attributes |= curses_dim() }
    if style.underline { attributes |= curses_underline() }
    if style.reverse { attributes |= curses_reverse() }
    return attributes
  }

  private func pair(for style: Style) -> Int32 {
    let foreground = style.foreground.flatMap(depth.index)
    let background = style.background.flatMap(depth.index)
    if foreground == nil, background == nil { return 0 }
    // Without defaults the terminal starts as white on black.
    let (plainText, plainGround): (Int32, Int32) = hasDefaultColors ? (-1, -1) : (7, 0)
    let pair = alloc_pair(
      foreground.map(Int32.init) ?? plainText, background.map(Int32.init) ?? plainGround)
    return max(0, pair)
  }
}
