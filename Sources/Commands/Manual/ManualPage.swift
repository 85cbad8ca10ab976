import Debugger

/// A page of help as `man` lays it out: headed sections, indented, readable at 80 columns.
struct ManualPage {
  private var sections: [(title: String, lines: [String])] = []

  static let width = 78
  private static let indent = "  "

  /// `name - summary`, the first section of every page.
  init(name: String, _ summary: String) {
    add("NAME", ["\(name) - \(summary)"])
  }

  /// Sections without lines are left out.
  mutating func add(_ title: String, _ lines: [String]) {
    if !lines.isEmpty { sections.append((title, lines)) }
  }

  mutating func add(_ title: String, _ text: String) {
    add(title, text.isEmpty ? [] : text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
  }

  var text: String {
    sections.map { title, lines in
      let isProse = title == "DESCRIPTION"
      return ([title] + lines.flatMap { ManualPage.wrapped($0, isProse) }).joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  /// A line cut at blanks, and at the bars of an endless usage.
  private static func wrapped(_ line: String, _ isProse: Bool) -> [String] {
    let room = width - indent.count
    guard line.columns > room else { return [line.isEmpty ? "" : indent + line] }
    let margin = String(repeating: " ", count: hang(line, isProse))
    var lines: [String] = []
    var current = String(line.prefix { $0 == " " })
    var isFresh = true
    var gap = ""
    for piece in pieces(line, room - margin.count) {
      if !isFresh, !piece.isEmpty, (current + gap + piece).columns > room {
        lines.append(indent + current)
        (current, isFresh, gap) = (margin, true, "")
      }
      if piece.isEmpty {
        gap += " "
      } else {
        current += gap + piece
        (gap, isFresh) = ("", false)
      }
    }
    return lines + [indent + current]
  }

  /// The words, with an empty one for each blank between them. A word that is longer than a line is cut behind its bars.
  private static func pieces(_ line: String, _ room: Int) -> [String] {
    let words = line.split(separator: " ", omittingEmptySubsequences: false).drop(while: \.isEmpty)
    return Array(
      words.map { word -> [String] in
        guard word.count > room else { return word.isEmpty ? [] : [String(word)] }
        let parts = word.split(separator: "|")
        return parts.dropLast().map { $0 + "|" } + parts.suffix(1).map(String.init)
      }.joined(separator: [""]))
  }

  /// How far the lines after the first one are indented: a table's text and the words behind `name: ` stay apart from
  /// the names, prose goes on where it began.
  private static func hang(_ line: String, _ isProse: Bool) -> Int {
    let characters = Array(line)
    let start = characters.prefix { $0 == " " }.count
    let nameEnd = characters.indices.dropLast().first {
      $0 > start && characters[$0] == " " && characters[$0 + 1] == " "
    }
    if let nameEnd, let text = characters[nameEnd...].firstIndex(where: { $0 != " " }), text <= width / 2 {
      return text
    }
    let first = characters.dropFirst(start).prefix { $0 != " " }
    let isNamed = first.last == ":" && !first.contains("(")
    return isProse && !isNamed ? start : start + 4
  }
}
