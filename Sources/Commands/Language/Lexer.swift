/// Splits a line into statements: `;` separates them, `#` starts a comment, quotes keep words together.
/// A quote counts as one only at the start of a word, so that `don't` needs no care.
public enum Lexer {
  /// No person types a longer line; refusing it keeps every message and screen readable.
  public static let maximumLineLength = 65_536

  public static func statements(in text: String, lineNumber: Int) throws(CommandError) -> [Statement] {
    let length = text.utf8.count
    guard length <= maximumLineLength else {
      throw CommandError(
        "the line is \(length) bytes long; the limit is \(maximumLineLength). Split it, or put it into a file to source"
      )
    }
    let line = Array(text)
    var statements: [Statement] = []
    var words: [Statement.Word] = []
    func finish() {
      if !words.isEmpty { statements.append(Statement(words: words, line: line, lineNumber: lineNumber)) }
      words = []
    }
    var position = 0
    while position < line.count {
      let character = line[position]
      if character == "#" {
        break
      } else if character == ";" {
        finish()
        position += 1
      } else if character.isWhitespace {
        position += 1
      } else {
        words.append(try word(in: line, at: &position))
      }
    }
    finish()
    return statements
  }

  private static func word(in line: [Character], at position: inout Int) throws(CommandError) -> Statement.Word {
    let start = position
    let quote = line[start]
    if quote == "\"" || quote == "'" {
      guard let end = line[(start + 1)...].firstIndex(of: quote) else {
        throw CommandError("the quote is not closed", range: start..<line.count)
      }
      position = end + 1
      return Statement.Word(text: String(line[(start + 1)..<end]), range: start..<position, textStart: start + 1)
    }
    while position < line.count, !line[position].isWhitespace, line[position] != ";" { position += 1 }
    return Statement.Word(text: String(line[start..<position]), range: start..<position, textStart: start)
  }
}
