import Autograd
import Debugger
import Training

/// Something a command has to say. Renderers make text or JSON of it; the screen shows it as text.
public enum Message: Sendable {
  /// A command of a script that somebody is watching.
  case echoed(String)
  /// A step was completed; `isLast` marks the last one of a command.
  case step(StepRecord, isLast: Bool)
  /// An event inside a step, and the graph whose parameters and modules it speaks of.
  case event(StepEvent, ModuleGraph?)
  /// Why hook gradients and updates differ; with every stage if `isVerbose`.
  case explanations([Explanation], isVerbose: Bool)
  case comparison(BranchComparison)
  case module(ModuleView)
  case placements(PlacementTable)
  /// Why a run stopped.
  case stop(Stop)
  /// A value that is shown at every stop, or why it has none.
  case display(Display, Result<Value, DebuggerError>)
  case printed(expression: String, Value, NumberStyle)
  case expectation(Expectation)
  case replay(ReplayReport)
  case said(String)
  /// Lines of help, tables, listings.
  case text(String)
  case note(String)
  case warning(String)
  case failure(Failure)

  public struct Expectation: Sendable {
    public let holds: Bool
    public let expression: String
    public let left: Value?
    public let right: Value?
    public let place: String
  }

  /// An error with its place; `column` counts characters from 1, the underline from 0.
  public struct Failure: Sendable {
    /// No error of ours is longer by itself, only what it repeats of a line: then the beginning, which names the
    /// thing, and the end, which says what to do, are kept.
    private static let longest = 800

    public let message: String
    /// Nil at the prompt.
    public let file: String?
    public let lineNumber: Int
    public let column: Int
    public let line: String
    public let underline: Range<Int>

    init(message: String, file: String?, lineNumber: Int, column: Int, line: String, underline: Range<Int>) {
      let isLong = message.count > Failure.longest
      self.message = isLong ? message.prefix(200) + " ... " + message.suffix(Failure.longest - 300) : message
      (self.file, self.lineNumber, self.column) = (file, lineNumber, column)
      (self.line, self.underline) = (line, underline)
    }
  }
}
