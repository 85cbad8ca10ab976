import Glibc
import Testing

@testable import Screen

@Suite("Colours")
struct PaletteTests {
  /// How an eye sees light: rows of a matrix on linear red, green and blue (Machado, Oliveira and Fernandes 2009, the
  /// whole of each deficiency).
  struct Eye: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let rows: [[Double]]

    static let all = [
      Eye(testDescription: "most eyes", rows: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
      Eye(
        testDescription: "protanopia",
        rows: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
      Eye(
        testDescription: "deuteranopia",
        rows: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]),
      Eye(
        testDescription: "tritanopia",
        rows: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]),
    ]

    /// A colour in CIE L*a*b*, where distances are about what is seen; 2 is just noticeable.
    func lab(_ color: Color) -> [Double] {
      guard case .rgb(let red, let green, let blue) = color else { return [] }
      let linear = [red, green, blue].map { part in
        let share = Double(part) / 255
        return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
      }
      let seen = rows.map { row in max(0, min(1, zip(row, linear).map { $0 * $1 }.reduce(0, +))) }
      let toXYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
      let xyz = zip(toXYZ, [0.9505, 1, 1.089]).map { row, white in
        let light = zip(row, seen).map { $0 * $1 }.reduce(0, +) / white
        return light > 0.008856 ? cbrt(light) : 7.787 * light + 16.0 / 116
      }
      return [116 * xyz[1] - 16, 500 * (xyz[0] - xyz[1]), 200 * (xyz[1] - xyz[2])]
    }

    func distance(_ first: Color, _ second: Color) -> Double {
      zip(lab(first), lab(second)).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
    }
  }

  @Test(
    "every eye tells the signs apart from a fiftieth of the scale on, and a large value from a small one",
    arguments: Eye.all)
  func signs(eye: Eye) {
    for size in [0.02, 0.05, 0.1, 0.3, 0.6, 1] {
      #expect(eye.distance(Palette.diverging(size), Palette.diverging(-size)) > 15)
      #expect(eye.distance(Palette.readable(size), Palette.readable(-size)) > 8)
    }
    for sign in [-1.0, 1] {
      #expect(eye.distance(Palette.diverging(sign), Palette.diverging(sign / 10)) > 20)
      // What is farther from 0 is lighter: it would be so in a grey print, too.
      let lightness = stride(from: 0.0, through: 1, by: 0.1).map { eye.lab(Palette.diverging(sign * $0))[0] }
      #expect(lightness == lightness.sorted())
      #expect(eye.distance(Palette.diverging(.nan), Palette.diverging(sign)) > 15)
    }
  }

  @Test("the text of a heat map's cell stands out from its ground", arguments: [ColorRange.shades, .few])
  func contrast(colors: ColorRange) {
    for step in -100...100 {
      let style = Palette.heat(Double(step) / 100, colors)
      guard let text = style.foreground, let ground = style.background else { continue }
      #expect(Eye.all[0].distance(text, ground) > 35, "\(step)")
    }
  }
}
