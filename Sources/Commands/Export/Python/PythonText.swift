import Models
import Tensors

// How values are written in Python.

func python(_ flag: Bool) -> String { flag ? "True" : "False" }

func python(_ texts: [String]) -> String { "[" + texts.map { python($0) }.joined(separator: ", ") + "]" }

/// Nested lists of integers.
func python(_ indices: Indices) -> String {
  guard indices.shape.rank > 1 else { return "[" + indices.values.map(String.init).joined(separator: ", ") + "]" }
  return "[" + (0..<indices.shape[0]).map { python(indices.entry($0)) }.joined(separator: ", ") + "]"
}

extension Shape {
  /// `16, 4`: as arguments of a call.
  var asPythonArguments: String { dimensions.map(String.init).joined(separator: ", ") }
}

extension [String] {
  func indented(by columns: Int = 4) -> [String] {
    map { $0.isEmpty ? $0 : String(repeating: " ", count: columns) + $0 }
  }

  /// Text as lines.
  init(lines text: String) {
    self = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// Items as one text, with commas between them, in lines of at most 110 columns, the first one `offset` columns in.
  static func filled(_ items: [String], separator: String = ",", offset: Int) -> [String] {
    var lines = [""]
    for (index, item) in items.enumerated() {
      let piece = item + (index + 1 < items.count ? separator : "")
      let used = lines[lines.count - 1].count
      if used > 0, used + piece.count + 1 + offset > 110 {
        lines.append(piece)
      } else {
        lines[lines.count - 1] += (used > 0 ? " " : "") + piece
      }
    }
    return lines
  }
}

/// `name(first, second, ...)` on as many lines as it takes.
func pythonCall(_ name: String, _ arguments: [String]) -> [String] {
  let line = name + "(" + arguments.joined(separator: ", ") + ")"
  if line.count <= 110 { return [line] }
  var lines = [String].filled(arguments, offset: 4).indented()
  lines[lines.count - 1] += ")"
  return [name + "("] + lines
}
