import Testing

@testable import Terminal

@Suite("Bytes from the keyboard")
struct InputDecoderTests {
  private func decode(_ text: String) -> [InputEvent] {
    var decoder = InputDecoder()
    return decoder.decode(Array(text.utf8)) + decoder.flush()
  }

  private static let keys: [(String, Key)] = [
    ("\u{1B}[5~", .pageUp), ("\u{1B}[6~", .pageDown),
    ("\u{1B}[1;2A", .arrow(.up, .shift)), ("\u{1B}[1;5D", .arrow(.left, .control)),
    ("\u{1B}[1;6C", .arrow(.right, [.shift, .control])), ("\u{1B}[a", .arrow(.up, .shift)),
    ("\u{1B}Od", .arrow(.left, .control)),
    ("\u{1B}OP", .function(1, [])), ("\u{1B}[11~", .function(1, [])), ("\u{1B}[[B", .function(2, [])),
    ("\u{1B}[15~", .function(5, [])), ("\u{1B}[24~", .function(12, [])),
    ("\u{1B}[1;2Q", .function(2, .shift)), ("\u{1B}[17;5~", .function(6, .control)),
    ("\u{3}", .interrupt), ("\u{1A}", .suspend), ("\u{C}", .redraw),
    ("\u{1B}[<0;3;4M", .mouse(Key.Mouse(action: .press(button: 1), column: 2, row: 3))),
    ("\u{1B}[<0;3;4m", .mouse(Key.Mouse(action: .release, column: 2, row: 3))),
    ("\u{1B}[<64;1;1M", .mouse(Key.Mouse(action: .wheelUp, column: 0, row: 0))),
    ("\u{1B}[<65;300;100M", .mouse(Key.Mouse(action: .wheelDown, column: 299, row: 99))),
    ("\u{1B}[M !!", .mouse(Key.Mouse(action: .press(button: 1), column: 0, row: 0))),
  ]

  @Test("a key of the application is told apart", arguments: keys)
  func key(sequence: String, key: Key) {
    #expect(decode(sequence) == [.key(key)])
  }

  @Test("a key that arrives byte by byte is the same key", arguments: keys)
  func splitKey(sequence: String, key: Key) {
    var decoder = InputDecoder()
    let events = sequence.utf8.flatMap { decoder.decode([$0]) }
    #expect(events == [.key(key)])
    #expect(decoder.patience == nil)
  }

  @Test(
    "what belongs to the line editor passes on",
    arguments: [
      "a", "\r", "\t", "\u{1}", "\u{4}", "\u{7F}", "\u{1B}[A", "\u{1B}OA", "\u{1B}[H", "\u{1B}[3~",
      "\u{1B}f", "\u{1B}\u{7F}", "\u{1B}é", "é", "中", "\u{1B}[1;3C",
    ])
  func plain(sequence: String) {
    #expect(decode(sequence) == [.bytes(Array(sequence.utf8))])
  }

  @Test("typing around a key keeps its order")
  func order() {
    #expect(decode("ab\u{1B}[5~c") == [.bytes([97, 98]), .key(.pageUp), .bytes([99])])
  }

  @Test("a lone escape waits for a while, then passes on")
  func loneEscape() {
    var decoder = InputDecoder()
    #expect(decoder.decode([0x1B]) == [])
    #expect(decoder.patience == .milliseconds(25))
    #expect(decoder.flush() == [.bytes([0x1B])])
    #expect(decoder.patience == nil)
  }

  @Test("a character split between two reads comes whole")
  func splitCharacter() {
    var decoder = InputDecoder()
    let bytes = Array("中".utf8)
    #expect(decoder.decode(bytes.prefix(2)) == [])
    #expect(decoder.decode(bytes.suffix(1)) == [.bytes(bytes)])
  }

  @Test(
    "bytes that are no character become a replacement",
    arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0], [0xE4, 0xB8]] as [[UInt8]])
  func garbage(bytes: [UInt8]) {
    var decoder = InputDecoder()
    let events = decoder.decode(bytes) + decoder.flush()
    for event in events {
      guard case .bytes(let given) = event else {
        Issue.record("\(event) is no text")
        continue
      }
      #expect(String(validating: given, as: UTF8.self) != nil)
    }
    #expect(!events.isEmpty)
  }

  @Test("any bytes at all are digested, and what passes on is text or an escape sequence")
  func anyBytes() {
    var generator = SystemRandomNumberGenerator()
    var decoder = InputDecoder()
    for _ in 0..<2000 {
      let special: [UInt8] = [0x1B, 0x5B, 0x3B, 0x3C, 0x4D, 0x7E, 0x32, 0x30, 0xC3, 0xA9]
      let bytes = (0..<20).map { _ in
        Bool.random() ? UInt8.random(in: 0...255, using: &generator) : special.randomElement() ?? 0
      }
      _ = decoder.decode(bytes)
      if Bool.random() { _ = decoder.flush() }
    }
    _ = decoder.flush()
    #expect(decoder.patience == nil)
  }

  @Test("a paste comes in one piece, with nothing in it obeyed", arguments: [1, 2, 7, 1000])
  func paste(chunk: Int) {
    let bytes = Array("a\u{1B}[200~x\r\u{3}\u{1B}[5~é\u{1B}[201~b".utf8)
    var decoder = InputDecoder()
    var events: [InputEvent] = []
    for start in stride(from: 0, to: bytes.count, by: chunk) {
      events += decoder.decode(bytes[start..<min(start + chunk, bytes.count)])
    }
    #expect(events == [.bytes([97]), .paste(Array("x\r\u{3}\u{1B}[5~é".utf8)), .bytes([98])])
  }

  @Test("a paste without an end is given up after a while")
  func endlessPaste() {
    var decoder = InputDecoder()
    #expect(decoder.decode(Array("\u{1B}[200~text".utf8)) == [])
    #expect(decoder.patience == .seconds(2))
    #expect(decoder.flush() == [.paste(Array("text".utf8))])
  }
}
