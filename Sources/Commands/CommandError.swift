import Debugger

/// Why a command failed, and where in its line.
public struct CommandError: Error, Sendable {
  public let message: String
  /// Characters of the line to underline; nil for the whole statement.
  public var range: Range<Int>?
  /// Ctrl-C, not a mistake.
  public var isInterrupt = false
  /// Whoever it happened to has told of it.
  var isReported = false

  public init(_ message: String, range: Range<Int>? = nil) {
    self.message = message
    self.range = range
  }

  static let interrupted: CommandError = {
    var error = CommandError("interrupted")
    error.isInterrupt = true
    return error
  }()

  static func reported(isInterrupt: Bool) -> CommandError {
    var error = CommandError("a command of it did not succeed")
    (error.isInterrupt, error.isReported) = (isInterrupt, true)
    return error
  }

  /// Places a debugger's error: its `word` counts from the first of `words`; without one, `blaming` is at fault.
  init(_ error: DebuggerError, words: ArraySlice<Statement.Word>, blaming: Statement.Word? = nil) {
    message = error.message
    range = blaming?.range
    guard let index = error.word, words.indices.contains(words.startIndex + index) else { return }
    let word = words[words.startIndex + index]
    if let inner = error.range {
      range = (word.textStart + inner.lowerBound)..<(word.textStart + inner.upperBound)
    } else {
      range = word.range
    }
  }
}
