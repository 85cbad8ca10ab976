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

  /// An error with its place; `column` and the underline count characters from 1.
  public struct Failure: Sendable {
    public let message: String
    /// Nil at the prompt.
    public let file: String?
    public let lineNumber: Int
    public let column: Int
    public let line: String
    public let underline: Range<Int>
  }
}
