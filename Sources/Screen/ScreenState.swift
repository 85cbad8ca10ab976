import Debugger
import Training

/// All that the screen shows, as a value.
public struct ScreenState: Sendable {
  /// How a matrix is drawn.
  public enum MatrixView: Sendable, CaseIterable {
    case numbers, heat
  }

  /// A line of the transcript and what kind of line it is.
  public struct Line: Sendable, Equatable {
    public enum Kind: Sendable {
      case command, text, said, note, good, warning, error
    }

    public let text: String
    public let kind: Kind

    public init(_ text: String, _ kind: Kind) {
      self.text = text
      self.kind = kind
    }
  }

  /// The line being typed, as readline sees it.
  public struct Prompt: Sendable, Equatable {
    public var prompt: String
    public var text: String
    /// Columns from the start of the prompt.
    public var cursor: Int

    public init(prompt: String = "(lorascope) ", text: String = "", cursor: Int = 12) {
      self.prompt = prompt
      self.text = text
      self.cursor = cursor
    }
  }

  public var session = Session() {
    // Inside a step it is computed, and nearly every pane asks for it.
    didSet {
      observed = session.observed
      explain()
    }
  }
  /// The step to look at: the one in progress as far as it got, or the last one.
  private(set) var observed: StepRecord?
  /// Why the shown parameter moved as it did, where that costs next to nothing to find out.
  private(set) var explanation: Explanation?
  /// The session script's name.
  public var name = ""
  /// The parameter that the panes show, by its index in the graph; nil picks one.
  public var selected: Int? { didSet { explain() } }
  /// The first row and column of the matrices that is visible.
  public var scroll = Position(column: 0, row: 0)
  public var view = MatrixView.numbers
  public var transcript: [Line] = []
  /// Lines scrolled back from the newest.
  public var transcriptScroll = 0
  public var prompt = Prompt()
  /// Candidates of a completion, shown above the prompt.
  public var candidates: [Candidate] = []
  /// What can be typed next.
  public var hint = ""
  /// What is going on: progress, or a script that waits.
  public var activity = ""
  public var glyphs = GlyphSet.unicode

  public init() {}

  /// The parameter the panes show: the chosen one, or the one that says most, which is a lora_B
  /// (lora_A has no gradient at first).
  public var shownParameter: Int? {
    guard let graph = session.graph else { return nil }
    if let selected, graph.parameters.indices.contains(selected) { return selected }
    let trainable = graph.parameters.indices.filter { graph.parameters[$0].requiresGrad }
    return trainable.first { graph.parameters[$0].name.contains(".lora_B.") } ?? trainable.first
      ?? graph.parameters.indices.first
  }

  private mutating func explain() {
    explanation = shownRecord == nil ? nil : shownParameter.flatMap { session.explanationAtHand($0) }
  }

  /// The observation of the shown parameter, if the last step was taken on the model as it is now.
  var shownRecord: ParameterRecord? {
    shownParameter.flatMap { observedHere?.record(of: $0) }
  }

  /// The step to look at, if it was taken on the model as it is now.
  var observedHere: StepRecord? { observed.flatMap { session.fits($0) ? $0 : nil } }
}
