import Testing

@testable import Terminal

@Suite("Keys of the panes")
struct PlainKeysTests {
  @Test(
    "the line editor's bytes are keys",
    arguments: [
      ("a", Key.character("a")), ("é", .character("é")), ("中", .character("中")), (" ", .character(" ")),
      ("\r", .enter), ("\t", .tab), ("\u{7F}", .backspace), ("\u{8}", .backspace), ("\u{1B}", .escape),
      ("\u{1B}[A", .arrow(.up, [])), ("\u{1B}OB", .arrow(.down, [])), ("\u{1B}[C", .arrow(.right, [])),
      ("\u{1B}[D", .arrow(.left, [])), ("\u{1B}[H", .home), ("\u{1B}[1~", .home), ("\u{1B}OF", .end),
      ("\u{1B}[8~", .end),
    ] as [(String, Key)])
  func key(bytes: String, key: Key) {
    #expect(PlainKeys.strokes(Array(bytes.utf8)) == [PlainKeys.Stroke(key: key, bytes: Array(bytes.utf8))])
  }

  @Test("control characters and Alt with a letter are none", arguments: ["\u{1}", "\u{12}", "\u{1B}f", "\u{1B}[3~"])
  func none(bytes: String) {
    #expect(PlainKeys.strokes(Array(bytes.utf8)) == [PlainKeys.Stroke(key: nil, bytes: Array(bytes.utf8))])
  }

  @Test("several characters are as many keys, and no byte is lost")
  func several() {
    let strokes = PlainKeys.strokes(Array("aé\r".utf8))
    #expect(strokes.map(\.key) == [.character("a"), .character("é"), .enter])
    #expect(strokes.flatMap(\.bytes) == Array("aé\r".utf8))
  }
}
