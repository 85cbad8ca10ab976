import Testing

@testable import Screen
@testable import Terminal

@Suite("Colours on terminals that have fewer")
struct ColorDepthTests {
  @Test(
    "the depth is what terminfo says, and none with NO_COLOR",
    arguments: [
      (-1, nil, .monochrome), (0, nil, .monochrome), (2, nil, .monochrome), (8, nil, .eight),
      (16, nil, .sixteen), (88, nil, .sixteen), (256, nil, .palette256), (32767, nil, .palette256),
      (1 << 24, nil, .direct), (256, "1", .monochrome), (256, "", .palette256),
    ] as [(Int, String?, ColorDepth)])
  func depth(colors: Int, noColor: String?, depth: ColorDepth) {
    #expect(ColorDepth(terminalColors: colors, noColor: noColor) == depth)
  }

  @Test(
    "a colour becomes the nearest there is",
    arguments: [
      (.eight, (255, 0, 0), 1), (.eight, (10, 10, 10), 0), (.eight, (250, 250, 250), 7),
      (.sixteen, (255, 0, 0), 9), (.sixteen, (120, 120, 120), 8), (.sixteen, (255, 255, 255), 15),
      (.palette256, (0, 0, 0), 16), (.palette256, (255, 255, 255), 231), (.palette256, (255, 0, 0), 196),
      (.palette256, (95, 135, 175), 67), (.palette256, (8, 8, 8), 232), (.palette256, (128, 128, 128), 244),
      (.palette256, (238, 238, 238), 255),
      (.direct, (1, 2, 3), 0x010203), (.direct, (0, 0, 0), 8), (.direct, (255, 255, 255), 0xFFFFFF),
    ] as [(ColorDepth, (UInt8, UInt8, UInt8), Int)])
  func nearest(depth: ColorDepth, color: (UInt8, UInt8, UInt8), index: Int) {
    #expect(depth.index(of: .rgb(color.0, color.1, color.2)) == index)
  }

  @Test("few colours keep the sign of a diverging scale", arguments: [ColorDepth.eight, .sixteen])
  func sign(depth: ColorDepth) {
    func hue(_ color: Color?) -> Int? { color.flatMap { depth.index(of: $0) }.map { $0 % 8 } }
    for step in 3...100 {
      let size = Double(step) / 100
      #expect(hue(Palette.heat(-size, .few).background) == 4)
      #expect(hue(Palette.heat(size, .few).background) == 3)
    }
    // As text, blue is too dark.
    #expect(hue(Palette.readable(-1)) == 6 && hue(Palette.readable(1)) == 3)
    for step in -100...100 {
      let style = Palette.heat(Double(step) / 100, .few)
      #expect(hue(style.foreground) != hue(style.background) || style.background == nil)
    }
  }

  @Test("256 colours keep the hue of the diverging scale: no olive in its orange half, no purple in its blue one")
  func hue() {
    let levels = [0, 95, 135, 175, 215, 255]
    for step in 1...100 {
      for sign in [1.0, -1] {
        let position = sign * Double(step) / 100
        for color in [Palette.diverging(position), Palette.readable(position)] {
          guard let index = ColorDepth.palette256.index(of: color), (16..<232).contains(index) else { continue }
          let cube = index - 16
          let (red, green, blue) = (levels[cube / 36], levels[cube / 6 % 6], levels[cube % 6])
          #expect(sign > 0 ? red > green && green >= blue : blue > green && green >= red, "\(position)")
        }
      }
    }
  }

  @Test("without colours there is no number")
  func monochrome() {
    #expect(ColorDepth.monochrome.index(of: .rgb(1, 2, 3)) == nil)
  }

  @Test("every colour has a number that the terminal knows", arguments: ColorDepth.allCases)
  func range(depth: ColorDepth) {
    let limit = [.eight: 8, .sixteen: 16, .palette256: 256, .direct: 1 << 24][depth] ?? 0
    for step in stride(from: 0, through: 0xFFFFFF, by: 4097) {
      let color = Color.rgb(UInt8(step >> 16), UInt8(step >> 8 & 255), UInt8(step & 255))
      if let index = depth.index(of: color) { #expect((0..<limit).contains(index)) }
    }
  }

  @Test("a terminal that promises more than its name says gets the better name first")
  func names() {
    #expect(ColorDepth.terminalNames(for: "xterm", colorTerm: "truecolor") == ["xterm-256color", "xterm"])
    #expect(ColorDepth.terminalNames(for: "xterm", colorTerm: nil) == ["xterm"])
    #expect(ColorDepth.terminalNames(for: "linux", colorTerm: "truecolor") == ["linux"])
    #expect(
      ColorDepth.terminalNames(for: "xterm-256color", colorTerm: "24bit") == ["xterm-256color"])
  }
}
