import Screen

/// How many colours the terminal has, and which of them stands for a colour as the program means it.
public enum ColorDepth: Hashable, Sendable, CaseIterable {
  case monochrome
  case eight
  case sixteen
  case palette256
  /// Every colour, as the `*-direct` terminals of terminfo have it.
  case direct

  /// The depth that may be used.
  ///
  /// - Parameters:
  ///   - terminalColors: terminfo's `max_colors`; below 8 there are none.
  ///   - noColor: what NO_COLOR says: set and not empty means no colours.
  public init(terminalColors: Int, noColor: String?) {
    switch terminalColors {
    case _ where noColor.map({ !$0.isEmpty }) ?? false: self = .monochrome
    case (1 << 24)...: self = .direct
    case 256...: self = .palette256
    case 16...: self = .sixteen
    case 8...: self = .eight
    default: self = .monochrome
    }
  }

  /// The terminal's number for the colour, or nil when there are no colours.
  public func index(of color: Color) -> Int? {
    guard case .rgb(let red, let green, let blue) = color else { return nil }
    let wanted = RGB(red: Int(red), green: Int(green), blue: Int(blue))
    switch self {
    case .monochrome: return nil
    case .eight: return Palette.hue(of: wanted)
    case .sixteen: return Palette.brightHue(of: wanted)
    case .palette256: return Palette.index256(of: wanted)
    case .direct:
      // The numbers below 8 are the named colours there; the blues they take away look black anyway.
      return max(8, wanted.red << 16 | wanted.green << 8 | wanted.blue)
    }
  }

  /// What the screen can say with them.
  public var range: ColorRange {
    switch self {
    case .monochrome: .none
    case .eight, .sixteen: .few
    case .palette256, .direct: .shades
    }
  }

  /// The terminfo name to use for a terminal called `name`, best first.
  ///
  /// A terminal that says COLORTERM=truecolor but calls itself plain `xterm` has more than the
  /// eight colours that terminfo would give it. True colour itself is out of ncurses' reach
  /// unless TERM is a `*-direct` one.
  public static func terminalNames(for name: String, colorTerm: String?) -> [String] {
    guard colorTerm == "truecolor" || colorTerm == "24bit",
      ["xterm", "screen", "tmux", "rxvt", "putty", "konsole"].contains(name)
    else { return [name] }
    return [name + "-256color", name]
  }
}

/// A colour in numbers that can be subtracted.
private struct RGB {
  var red: Int
  var green: Int
  var blue: Int

  var brightest: Int { max(red, green, blue) }
  /// From the weakest part to the strongest: 0 for greys.
  var range: Int { brightest - min(red, green, blue) }

  /// Whether parts that differ visibly differ in the same direction in another colour.
  func hasHue(of other: RGB) -> Bool {
    func agree(_ difference: Int, _ theirs: Int) -> Bool {
      abs(difference) <= 12 || difference.signum() == theirs.signum()
    }
    return agree(red - green, other.red - other.green) && agree(green - blue, other.green - other.blue)
      && agree(red - blue, other.red - other.blue)
  }

  /// A distance weighted by what the eye sees, cheap enough for every cell.
  func distance(to other: RGB) -> Int {
    let (red, green, blue) = (red - other.red, green - other.green, blue - other.blue)
    return 3 * red * red + 6 * green * green + 2 * blue * blue
  }
}

/// The colours that xterm and its children have by default.
private enum Palette {
  /// Of eight colours the one with the same hue: by distance nearly everything bright would be white,
  /// and a scale from blue to orange would lose its sign.
  static func hue(of wanted: RGB) -> Int {
    guard wanted.range >= 40 else { return wanted.brightest < 120 ? 0 : 7 }
    let middle = wanted.brightest - wanted.range / 2
    return (wanted.red > middle ? 1 : 0) | (wanted.green > middle ? 2 : 0) | (wanted.blue > middle ? 4 : 0)
  }

  /// The same among sixteen, the second eight of which are brighter.
  static func brightHue(of wanted: RGB) -> Int {
    guard wanted.range < 40 else { return hue(of: wanted) + (wanted.brightest > 220 ? 8 : 0) }
    switch wanted.brightest {
    case ..<64: return 0
    case ..<180: return 8
    case ..<243: return 7
    default: return 15
    }
  }

  /// The steps of the 6x6x6 cube that starts at colour 16.
  private static let levels = [0, 95, 135, 175, 215, 255]

  /// The nearest of the cube (16 to 231) and the greys (232 to 255) that keeps the hue: the cube is so coarse that
  /// the nearest of all makes olive of a dark orange and purple of a dark blue.
  static func index256(of wanted: RGB) -> Int {
    let brightness = (wanted.red + wanted.green + wanted.blue) / 3
    let greyStep = min(23, max(0, (brightness - 3) / 10))
    let grey = RGB(red: 8 + 10 * greyStep, green: 8 + 10 * greyStep, blue: 8 + 10 * greyStep)
    var best = (index: 232 + greyStep, distance: wanted.range < 60 ? wanted.distance(to: grey) : Int.max)
    for red in around(wanted.red) {
      for green in around(wanted.green) {
        for blue in around(wanted.blue) {
          let candidate = RGB(red: levels[red], green: levels[green], blue: levels[blue])
          let distance = wanted.distance(to: candidate)
          guard distance < best.distance, wanted.hasHue(of: candidate) else { continue }
          best = (16 + 36 * red + 6 * green + blue, distance)
        }
      }
    }
    return best.index
  }

  /// The cube's steps below and above a value.
  private static func around(_ value: Int) -> ClosedRange<Int> {
    let above = levels.firstIndex { $0 >= value } ?? levels.count - 1
    return (levels[above] == value ? above : max(0, above - 1))...above
  }
}
