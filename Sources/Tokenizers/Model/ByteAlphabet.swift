/// GPT-2's alphabet: one visible character for each byte, in which the vocabulary and the merges are
/// written. A byte that is a visible character of Latin-1 stands for itself; the others, in order,
/// take the characters from U+0100 on.
enum ByteAlphabet {
  static let characters: [UInt16] = {
    var next: UInt16 = 0x100
    return (0...UInt8.max).map { byte in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return UInt16(byte)
      default:
        defer { next += 1 }
        return next
      }
    }
  }()

  /// What each character up to the largest stands for.
  private static let bytes: [UInt8?] = {
    var bytes = [UInt8?](repeating: nil, count: Int(characters.max() ?? 0) + 1)
    for (byte, character) in characters.enumerated() { bytes[Int(character)] = UInt8(byte) }
    return bytes
  }()

  static func byte(for scalar: Unicode.Scalar) -> UInt8? {
    scalar.value < bytes.count ? bytes[Int(scalar.value)] : nil
  }

  /// Appends the UTF-8 of each byte's character: one or two bytes.
  static func append(_ raw: ArraySlice<UInt8>, to text: inout [UInt8]) {
    let characters = characters
    for byte in raw {
      let character = characters[Int(byte)]
      if character < 0x80 {
        text.append(UInt8(character))
      } else {
        text.append(0xC0 | UInt8(character >> 6))
        text.append(0x80 | UInt8(character & 0x3F))
      }
    }
  }

  /// The bytes that a token's text stands for; a text with other characters, as an added token may
  /// have, stands for itself.
  static func decode(_ token: [UInt8]) -> [UInt8] {
    var raw: [UInt8] = []
    for scalar in String(decoding: token, as: UTF8.self).unicodeScalars {
      guard let byte = byte(for: scalar) else { return token }
      raw.append(byte)
    }
    return raw
  }
}
