import Debugger

/// What `export screen` asks of whoever can draw the screen.
public struct ScreenRequest: Sendable {
  /// The kinds of pictures, by their suffix.
  public enum Picture: String, Sendable, CaseIterable {
    case text = ".txt"
    case svg = ".svg"
  }

  public let session: Session
  public let selection: Selection
  public let picture: Picture
  /// Columns and rows; nil is whatever the screen has.
  public let size: (columns: Int, rows: Int)?
  /// The session script's name, and what was said so far: where nobody is at a terminal who has read it.
  public var name = ""
  public var messages: [Message] = []
}

/// Draws the screen as text or SVG.
public typealias ScreenDrawing = @Sendable (ScreenRequest) -> String

/// `export screen FILE.txt|.svg [COLUMNSxROWS]`.
enum ScreenExport {
  static let usage = "export screen FILE.txt|.svg [COLUMNSxROWS]"
  private static let widths = 20...400
  private static let heights = 5...200

  static func run(_ interpreter: Interpreter, _ statement: Statement) throws(CommandError) {
    let words = Array(statement.arguments.dropFirst())
    guard let path = words.first, !path.text.isEmpty else {
      throw CommandError("a file name is missing; write: \(usage)")
    }
    if words.count > 2 {
      throw CommandError("'\(words[2].text)' is one word too many; write: \(usage)", range: words[2].range)
    }
    let suffixes = ScreenRequest.Picture.allCases.map(\.rawValue)
    guard let picture = ScreenRequest.Picture.allCases.first(where: { path.text.hasSuffix($0.rawValue) }) else {
      throw CommandError(
        "a picture of the screen is \(suffixes.joined(separator: " or ")); the name must end so", range: path.range)
    }
    guard let draw = interpreter.drawScreen else { throw CommandError("there is no screen here to draw") }
    let size = words.count > 1 ? try size(words[1]) : nil
    let request = ScreenRequest(
      session: interpreter.session, selection: interpreter.selection, picture: picture, size: size)
    do throws(CommandError) {
      try writeWhole(draw(request), to: path.text)
    } catch {
      throw CommandError(error.message, range: path.range)
    }
    interpreter.emit(.note("the screen written to \(path.text)"))
  }

  /// `120x40`.
  private static func size(_ word: Statement.Word) throws(CommandError) -> (columns: Int, rows: Int) {
    let parts = word.text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let columns = parts[0], let rows = parts[1] else {
      throw CommandError("a size is COLUMNSxROWS, such as 120x40, not '\(word.text)'", range: word.range)
    }
    guard widths.contains(columns), heights.contains(rows) else {
      throw CommandError(
        "a screen has \(widths.lowerBound) to \(widths.upperBound) columns and \(heights.lowerBound) to "
          + "\(heights.upperBound) rows, not \(word.text)", range: word.range)
    }
    return (columns, rows)
  }
}
