/// What the first bytes of some input are, as UTF-8.
enum UTF8Unit: Hashable, Sendable {
  case complete(length: Int)
  /// Bytes that cannot be part of any character.
  case invalid(length: Int)
  case unfinished

  /// U+FFFD, which stands for bytes that are no character.
  static let replacement = Array("\u{FFFD}".utf8)

  init(_ bytes: ArraySlice<UInt8>) {
    guard let first = bytes.first else {
      self = .unfinished
      return
    }
    let length: Int
    switch first {
    case 0x00...0x7F: length = 1
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF: length = 3
    case 0xF0...0xF4: length = 4
    default: length = 0
    }
    let present = bytes.dropFirst().prefix(max(0, length - 1)).prefix { (0x80...0xBF).contains($0) }.count
    if length == 0 {
      self = .invalid(length: 1)
    } else if present == length - 1 {
      // Overlong forms and surrogates have the right shape but are no characters.
      let text = bytes.prefix(length)
      let isText = String(validating: text, as: UTF8.self) != nil
      self = isText ? .complete(length: length) : .invalid(length: length)
    } else if present + 1 == bytes.count {
      self = .unfinished
    } else {
      self = .invalid(length: present + 1)
    }
  }
}
