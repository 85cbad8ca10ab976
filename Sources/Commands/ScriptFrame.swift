import FoundationEssentials
import Tensors

/// A script being read: where its lines come from and how far it is.
public struct ScriptFrame {
  /// As errors name it; nil for a line typed at the prompt.
  public let name: String?
  private let nextLine: () -> String?
  private var lineNumber = 0
  private var line = ""
  private var waiting: ArraySlice<Statement> = []

  /// Lines from anywhere, asked for one at a time.
  public init(name: String?, nextLine: @escaping () -> String?) {
    self.name = name
    self.nextLine = nextLine
  }

  /// A text that is there already.
  public init(name: String?, text: String) {
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)[...]
    self.init(name: name) { lines.popFirst().map(String.init) }
  }

  /// A single command.
  init(name: String?, _ statement: Statement) {
    self.init(name: name) { nil }
    waiting = [statement]
  }

  /// A script file.
  public init(path: String) throws(CommandError) {
    self.init(name: path, text: try ScriptFrame.read(path))
  }

  /// The text of a script file.
  public static func read(_ path: String) throws(CommandError) -> String {
    let data: Data
    do {
      data = try readFile(path)
    } catch {
      throw CommandError("cannot read \(path): \(error.reason)")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw CommandError("\(path) is not UTF-8 text")
    }
    // Some editors put a byte order mark first.
    return text.hasPrefix("\u{FEFF}") ? String(text.unicodeScalars.dropFirst()) : text
  }

  /// The next command, or nil at the end.
  mutating func next() throws(CommandError) -> Statement? {
    while waiting.isEmpty {
      guard let text = nextLine() else { return nil }
      line = text
      lineNumber += 1
      waiting = try Lexer.statements(in: text, lineNumber: lineNumber)[...]
    }
    return waiting.popFirst()
  }

  /// An error in a line that could not be split into commands.
  func failure(_ error: CommandError) -> Message.Failure {
    let range = error.range ?? 0..<0
    return Message.Failure(
      message: error.message, file: name, lineNumber: lineNumber, column: range.lowerBound + 1,
      line: error.range == nil ? "" : line, underline: range)
  }
}
