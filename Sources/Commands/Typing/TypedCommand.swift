/// The command that is being typed, as far as it has come: split as `Lexer` does it, but forgiving.
struct TypedCommand {
  /// The finished words without their quotes, the command's name first.
  private(set) var words: [String] = []
  /// What is there of the word being typed, without its opening quote.
  private(set) var partial = ""
  /// The quote that word began with.
  private(set) var quote: Character?
  /// Where that word begins in the line, its quote included.
  private(set) var start: Int
  /// Everything from the command's first character to the cursor.
  private(set) var text = ""
  /// Nothing can be completed here: a comment, or right behind a closing quote.
  private(set) var isClosed = false

  /// `line` is what stands before the cursor.
  init(_ line: [Character]) {
    start = line.count
    var statement = 0
    var position = 0
    while position < line.count {
      let character = line[position]
      if character == "#" {
        isClosed = true
        break
      } else if character == ";" {
        words = []
        statement = position + 1
        position += 1
      } else if character.isWhitespace {
        position += 1
      } else {
        readWord(line, &position)
      }
    }
    text = String(line[statement...])
  }

  private mutating func readWord(_ line: [Character], _ position: inout Int) {
    let first = position
    if line[first] == "\"" || line[first] == "'" {
      guard let end = line[(first + 1)...].firstIndex(of: line[first]) else {
        (quote, start, partial) = (line[first], first, String(line[(first + 1)...]))
        position = line.count
        return
      }
      words.append(String(line[(first + 1)..<end]))
      position = end + 1
      isClosed = position == line.count
      return
    }
    while position < line.count, !line[position].isWhitespace, line[position] != ";" { position += 1 }
    let word = String(line[first..<position])
    if position == line.count { (start, partial) = (first, word) } else { words.append(word) }
  }

  /// Replaces the word being typed by its end, which is `suffix`.
  mutating func narrow(to suffix: Substring) {
    start += partial.count - suffix.count
    partial = String(suffix)
  }

  /// The command, and what is typed of it: behind `expect_error TEXT` that is another one. Nil for an unknown one, and
  /// while its name is being typed.
  mutating func command() -> Command? {
    while let name = words.first {
      guard let command = try? Command.find(Statement.Word(text: name, range: 0..<0, textStart: 0)) else { return nil }
      guard let skipped = command.wordsBeforeCommand, words.count > skipped else { return command }
      words.removeFirst(skipped + 1)
    }
    return nil
  }
}
