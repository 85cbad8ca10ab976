import Debugger

// Making text fit a number of columns.

extension Character {
  /// Control characters would move the terminal's cursor.
  var isPrintable: Bool {
    guard let first = unicodeScalars.first else { return false }
    return first.value >= 0x20 && !(0x7F...0x9F).contains(first.value)
  }
}

extension String {
  /// As much of it as fits.
  func clipped(to width: Int) -> String {
    var used = 0
    var end = startIndex
    while end < endIndex {
      used += self[end].columns
      if used > width { return String(self[..<end]) }
      end = index(after: end)
    }
    return self
  }

  /// All of it, or as much of its beginning as fits and an ellipsis.
  func beginning(in width: Int, _ glyphs: GlyphSet) -> String {
    guard columns > width else { return self }
    return clipped(to: max(0, width - glyphs.more.columns)) + glyphs.more.clipped(to: width)
  }

  /// All of it, or an ellipsis and as much of its end as fits.
  func ending(in width: Int, _ glyphs: GlyphSet) -> String {
    guard columns > width else { return self }
    let end = String(reversed()).clipped(to: max(0, width - glyphs.more.columns)).reversed()
    return glyphs.more.clipped(to: width) + String(end)
  }

  /// A dotted name that fits: what comes first in it is written as initials, and numbers stay, because names differ in
  /// their ends; at last it is cut.
  func abbreviated(in width: Int, _ glyphs: GlyphSet) -> String {
    guard columns > width else { return self }
    var parts = split(separator: ".").map(String.init)
    // An initial says nothing of a name that has nothing before it.
    for index in parts.indices.dropLast() where parts.count > 2 && Int(parts[index]) == nil {
      parts[index] = String(parts[index].prefix(1))
      let name = parts.joined(separator: ".")
      if name.columns <= width { return name }
    }
    return ending(in: width, glyphs)
  }

  /// Cut into lines of at most `width` columns, at spaces where there are some. What follows the first
  /// line is indented a little more, so that it does not read as a line of its own.
  func wrapped(to width: Int) -> [String] {
    guard width > 0, columns > width else { return [self] }
    let ownIndent = prefix(while: { $0 == " " }).count
    let indent = String(repeating: " ", count: ownIndent == 0 || ownIndent + 12 > width ? 0 : ownIndent + 2)
    var lines: [String] = []
    var rest = self[...]
    while !rest.isEmpty {
      let margin = lines.isEmpty ? "" : indent
      let fitting = String(rest).clipped(to: width - margin.count)
      guard fitting.count < rest.count, !fitting.isEmpty else {
        lines.append(margin + rest)
        break
      }
      // Leading spaces are an indent, not a place to break.
      let leading = fitting.prefix(while: { $0 == " " }).count
      let space = fitting.lastIndex(of: " ").map { fitting.distance(from: fitting.startIndex, to: $0) } ?? 0
      let count = space > leading ? space : fitting.count
      lines.append(margin + rest.prefix(count))
      rest = rest.dropFirst(count).drop(while: { $0 == " " })
    }
    return lines
  }
}

extension [String] {
  /// The first of some forms of the same thing that fits; the last one if none does.
  func fitting(_ width: Int) -> String { first { $0.columns <= width } ?? last ?? "" }
}
