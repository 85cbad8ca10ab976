import Debugger

/// Lines up columns: the first to the left, numbers to the right.
struct TextTable {
  private var rows: [[String]] = []
  private let leftAligned: Set<Int>

  init(_ header: [String], leftAligned: Set<Int> = [0]) {
    rows = header.isEmpty ? [] : [header]
    self.leftAligned = leftAligned
  }

  mutating func add(_ row: [String]) { rows.append(row) }

  var text: String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { $0.count > column ? $0[column].columns : 0 }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.columns)
        return leftAligned.contains(column) ? cell + padding : padding + cell
      }
      var line = "  " + cells.joined(separator: "  ")
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
