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

  /// Cut into lines of at most `width` columns, at spaces where there are some.
  func wrapped(to width: Int) -> [String] {
    guard width > 0, columns > width else { return [self] }
    var lines: [String] = []
    var rest = self[...]
    while !rest.isEmpty {
      let fitting = String(rest).clipped(to: width)
      guard fitting.count < rest.count, !fitting.isEmpty else {
        lines.append(String(rest))
        break
      }
      // Leading spaces are an indent, not a place to break.
      let indent = fitting.prefix(while: { $0 == " " }).count
      let space = fitting.lastIndex(of: " ").map { fitting.distance(from: fitting.startIndex, to: $0) } ?? 0
      let count = space > indent ? space : fitting.count
      lines.append(String(rest.prefix(count)))
      rest = rest.dropFirst(count)
      if rest.first == " " { rest = rest.dropFirst() }
    }
    return lines
  }
}
