// How many columns text takes in a terminal.

extension Character {
  /// 0 for what cannot be shown, 2 for wide characters, 1 for the rest.
  public var columns: Int {
    guard let first = unicodeScalars.first else { return 0 }
    let value = first.value
    // ASCII is nearly everything there is to show.
    if value < 0x300 { return value == 0 ? 0 : 1 }
    if first.properties.generalCategory == .nonspacingMark || first.properties.generalCategory == .format { return 0 }
    return Character.wideRanges.contains { $0.contains(value) } ? 2 : 1
  }

  /// East Asian wide and fullwidth blocks, and emoji (Unicode's EastAsianWidth W and F, by block).
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
    0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]
}

extension String {
  /// The columns all of it takes.
  public var columns: Int { reduce(0) { $0 + $1.columns } }
}
