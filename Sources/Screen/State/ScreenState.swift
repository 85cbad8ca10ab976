import Debugger
import Training

/// All that the screen shows, as a value.
public struct ScreenState: Sendable {
  /// How a matrix is drawn.
  public enum MatrixView: Sendable, CaseIterable {
    case numbers, heat, histogram
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
      catalog.match(session.graph?.parameters.map(\.name) ?? [])
      telling = tellingParameter()
      findChosen()
      list()
    }
  }
  /// The parameter that says most: a lora_B, because lora_A has no gradient at first.
  private var telling: Int?
  /// The step to look at: the one in progress as far as it got, or the last one.
  private(set) var observed: StepRecord?
  /// The observation of the shown parameter, if the last step was taken on the model as it is now.
  private(set) var shownRecord: ParameterRecord?
  /// The hooks that see anything of the shown parameter, and the one of them that is shown.
  private(set) var seeingHooks: [SeeingHook] = []
  private(set) var shownHook: SeeingHook?
  /// What the shown hook kept against the update; nil for a module's hook, which sees another gradient.
  private(set) var shownComparison: Comparison?
  /// Why the shown parameter moved as it did, where that costs next to nothing to find out.
  private(set) var explanation: Explanation?
  /// The gradients side by side, with all that is told of them as a whole.
  private(set) var matrices = Lazy { MatrixPair.none }
  private(set) var catalog = ParameterCatalog()
  /// What was observed of each parameter, by its index.
  private(set) var records = Lazy { [Int: ObservedParameter]() }
  /// The list of parameters as it is asked for, with modules and without.
  private(set) var tree = Lazy { ParameterRows(flat: [], []) }
  private(set) var flat = Lazy { ParameterRows(flat: [], []) }

  /// The session script's name.
  public var name = ""
  /// What the keys go to.
  public var focus = Focus.prompt
  /// What was chosen to be shown.
  public var selection = Selection() {
    didSet {
      guard selection != oldValue else { return }
      if selection.parameter != oldValue.parameter {
        scroll = Position(column: 0, row: 0)
        if cell != nil { cell = scroll }
      }
      findChosen()
      if selection.hook != oldValue.hook { list() }
    }
  }
  /// The chosen parameter's index, if this model has it.
  private var chosen: Int?
  public var listing = ParameterListing() { didSet { if listing != oldValue { list() } } }
  /// The list's first row that was visible when the selection was last moved.
  public var listScroll = 0
  /// The first row and column of the matrices that is visible.
  public var scroll = Position(column: 0, row: 0)
  /// The matrices' cursor: a column and a row, in both panes at once.
  public var cell: Position?
  public var view = MatrixView.numbers
  /// Whether e - c h is shown in the effective gradient's place.
  public var showsDifference = false
  /// The step that the timeline's mark is on, while it has the focus.
  public var markedStep: Int?
  public var transcript: [Line] = []
  /// Lines scrolled back from the newest.
  public var transcriptScroll = 0
  public var prompt = Prompt()
  /// Candidates of a completion, shown above the prompt.
  public var candidates: [Candidate] = []
  /// What can be typed next.
  public var hint = ""
  /// Whether a session is being played, whose keys count while nothing is typed.
  public var filmTakesKeys = false
  /// What is going on: progress, or a script that waits.
  public var activity = ""
  /// What the last frame cost, if that is to be told.
  public var frameCost = ""
  public var help: HelpOverlay?
  public var glyphs = GlyphSet.unicode
  public var colors = ColorRange.shades

  public init() {}

  /// The parameter the panes show: the chosen one, or the one that says most.
  public var shownParameter: Int? {
    telling == nil ? nil : chosen ?? telling
  }

  private func tellingParameter() -> Int? {
    guard let graph = session.graph else { return nil }
    let trainable = graph.parameters.indices.filter { graph.parameters[$0].requiresGrad }
    return trainable.first { graph.parameters[$0].name.contains(".lora_B.") } ?? trainable.first
      ?? graph.parameters.indices.first
  }

  private mutating func findChosen() {
    chosen = selection.parameter.flatMap { catalog.names.firstIndex(of: $0) }
    let observed = observedHere
    let record = shownParameter.flatMap { observed?.record(of: $0) }
    shownRecord = record
    seeingHooks = shownParameter.flatMap { observed?.hooks(seeing: $0) } ?? []
    shownHook =
      selection.hook.flatMap { id in seeingHooks.first { $0.hook.id == id } } ?? seeingHooks.first { $0.isOnParameter }
    let hook = shownHook
    let comparison = hook?.isOnParameter == false ? nil : record?.comparison(showing: hook)
    shownComparison = comparison
    // A module's hook has no ledger.
    explanation =
      comparison == nil ? nil : shownParameter.flatMap { session.explanationAtHand($0, hook: hook?.hook.id) }
    matrices = Lazy { MatrixPair(record, hook, c: comparison?.c) }
  }

  private mutating func list() {
    let (catalog, listing, observed) = (catalog, listing, observedHere)
    let hook = selection.hook
    let records = Lazy {
      let found = (observed?.parameters ?? []).map { ($0.parameter, ObservedParameter($0, in: observed, hook: hook)) }
      return Dictionary(found) { first, _ in first }
    }
    self.records = records
    let flat = Lazy {
      let matching = catalog.matching(listing.filter)
      return ParameterRows(
        flat: listing.order == .model ? matching : ParameterCatalog.departing(matching, records.value),
        catalog.shortNames)
    }
    self.flat = flat
    tree =
      listing.order == .departure
      ? flat : Lazy { ParameterRows(tree: catalog.matching(listing.filter), catalog.shortNames) }
  }

  /// The step to look at, if it was taken on the model as it is now.
  var observedHere: StepRecord? { observed.flatMap { session.fits($0) ? $0 : nil } }
}
