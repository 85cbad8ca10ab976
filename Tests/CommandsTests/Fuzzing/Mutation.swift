import TestSupport

/// Small damage to a line: what slips, a paste gone wrong, or malice does to it.
struct Mutation {
  private static let splices: [Character] =
    Array(
      " \t;#\"'=()[]{},.:*?!<>~+-/\\|^$%&@_0123456789eExXaz\u{0}\u{1}\u{7}\u{1B}\u{7F}\u{85}\u{A0}\u{2028}\u{FFFD}äßİ½٣👍\r\n"
    )
    + ["e\u{301}", "👩‍👩‍👧", "\u{1F1E9}", "\u{200D}", "\r\n"]

  static func mutated(_ line: String, with other: String, _ random: inout SplitMix64) -> String {
    var text = Array(line)
    for _ in 0..<(1 + random.below(4)) {
      let at = random.below(text.count + 1)
      let end = min(text.count, at + 1 + random.below(6))
      switch random.below(10) {
      case 0: text.removeSubrange(at..<max(at, end))
      case 1: text.insert(contentsOf: text[at..<max(at, end)], at: at)
      case 2:
        let to = random.below(text.count + 1)
        if at < text.count, to < text.count { text.swapAt(at, to) }
      case 3: text.removeSubrange(at...)
      case 4, 5: text.insert(random.pick(splices), at: at)
      case 6: if at < text.count { text[at] = random.pick(splices) }
      case 7: text.insert(contentsOf: random.pick(FuzzWords.odd), at: at)
      case 8: text.insert(contentsOf: random.pick(FuzzWords.numbers), at: at)
      default:
        // The end of another line, as when two are pasted into one.
        text.replaceSubrange(at..., with: Array(other).suffix(random.below(other.count + 1)))
      }
    }
    return String(text)
  }

  /// Bytes without any sense, as text.
  static func noise(_ random: inout SplitMix64) -> String {
    let bytes = (0..<random.below(60)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    // Half of it printable, or nearly nothing would get past the first character.
    return random.oneIn(2)
      ? String(decoding: bytes, as: UTF8.self) : String(decoding: bytes.map { 32 + $0 % 95 }, as: UTF8.self)
  }
}
