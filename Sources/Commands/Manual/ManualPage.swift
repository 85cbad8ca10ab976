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
      ([title] + lines.flatMap { ManualPage.wrapped($0) }).joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  /// A line cut at blanks. What goes over is indented to where the text of a table's row begins.
  private static func wrapped(_ line: String) -> [String] {
    let room = width - indent.count
    guard line.columns > room else { return [line.isEmpty ? "" : indent + line] }
    let margin = String(repeating: " ", count: hang(line))
    var lines: [String] = []
    var current = String(line.prefix { $0 == " " })
    var isEmpty = true
    for word in line.split(separator: " ", omittingEmptySubsequences: false).drop(while: \.isEmpty) {
      if !isEmpty, current.columns + 1 + word.count > room, !word.isEmpty {
        while current.hasSuffix(" ") { current.removeLast() }
        lines.append(indent + current)
        (current, isEmpty) = (margin, true)
      }
      current += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    return lines + [indent + current]
  }

  /// How far the lines after the first one are indented.
  private static func hang(_ line: String) -> Int {
    let characters = Array(line)
    let start = characters.prefix { $0 == " " }.count
    // A row of a table: a name, two blanks or more, its text.
    let nameEnd = characters.indices.first {
      $0 > start && $0 + 1 < characters.count && characters[$0] == " " && characters[$0 + 1] == " "
    }
    if let nameEnd, let text = characters[nameEnd...].firstIndex(where: { $0 != " " }), text <= width / 2 {
      return text
    }
    return start + 4
  }
}
