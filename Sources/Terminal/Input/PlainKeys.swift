/// The keys in bytes that belong to the line editor, for panes that have the focus in its stead.
enum PlainKeys {
  /// One key, or what is none for a pane, with the bytes it came in.
  struct Stroke: Hashable, Sendable {
    let key: Key?
    let bytes: [UInt8]
  }

  /// Takes apart bytes as `InputDecoder` gives them out: whole characters, or one escape sequence.
  static func strokes(_ bytes: [UInt8]) -> [Stroke] {
    if bytes.first == 0x1B { return [Stroke(key: escapeSequence(bytes), bytes: bytes)] }
    return String(decoding: bytes, as: UTF8.self).map { character in
      Stroke(key: key(character), bytes: Array(String(character).utf8))
    }
  }

  private static func key(_ character: Character) -> Key? {
    switch character {
    case "\r", "\n", "\r\n": return .enter
    case "\t": return .tab
    case "\u{7F}", "\u{8}": return .backspace
    default:
      let scalar = character.unicodeScalars.first?.value ?? 0
      return scalar < 0x20 || (0x80..<0xA0).contains(scalar) ? nil : .character(character)
    }
  }

  private static func escapeSequence(_ bytes: [UInt8]) -> Key? {
    switch String(decoding: bytes.dropFirst(), as: UTF8.self) {
    case "": .escape
    case "[A", "OA": .arrow(.up, [])
    case "[B", "OB": .arrow(.down, [])
    case "[C", "OC": .arrow(.right, [])
    case "[D", "OD": .arrow(.left, [])
    case "[H", "OH", "[1~", "[7~": .home
    case "[F", "OF", "[4~", "[8~": .end
    default: nil
    }
  }
}
