import Debugger

/// A session that is played command by command, so that it can be stopped, stepped and gone back in.
public struct Film: Sendable {
  /// What a command began with.
  struct Mark: Sendable {
    let session: Session
    let undoHistory: [Session]
    let selection: Selection
    let log: SessionLog.Mark
    let failedExpectations: Int
  }

  /// A command that was played: what it began with, and how far the film's own counts were.
  private struct Frame: Sendable {
    let mark: Mark
    let verification: Verification
    let failedExpectations: Int
  }

  public let name: String
  let statements: [Statement]
  /// Why nothing can be read behind the last statement.
  let ending: Message.Failure?
  /// How many commands were played.
  public internal(set) var position = 0
  var verification: Verification
  /// Expectations of its own that did not hold.
  var failedExpectations = 0
  /// Whether somebody has changed the session since its last command.
  var isTouched = false
  /// Whether the command that is next was begun and did not succeed.
  var isCutOff = false
  /// A lesson relies on what it did before: what its reader tried meanwhile is put back when it goes on.
  let putsBack: Bool
  /// How the session was after the last command, if it is to be put back.
  var resting: Mark?
  /// Told when it has been played to its end.
  let ended: @Sendable (inout Interpreter, Film) -> Void
  private var marks: [Int: Frame] = [:]

  /// So many of the newest commands can be gone back to at once; from an older one some are played again.
  private static let densest = 64
  private static let densestOfLarge = 4

  init(
    name: String, text: String, putsBack: Bool = false,
    ended: @escaping @Sendable (inout Interpreter, Film) -> Void = { _, _ in }
  ) throws(CommandError) {
    self.name = name
    self.putsBack = putsBack
    self.ended = ended
    verification = Verification(try SessionFile(text, name: name))
    var statements: [Statement] = []
    var frame = ScriptFrame(name: name, text: text)
    var ending: Message.Failure?
    do {
      while let statement = try frame.next() { statements.append(statement) }
    } catch {
      ending = frame.failure(error)
    }
    (self.statements, self.ending) = (statements, ending)
  }

  /// Its file's name.
  public var title: String { name.split(separator: "/").last.map(String.init) ?? name }
  public var count: Int { statements.count }
  public var isOver: Bool { position >= statements.count }
  /// The command that comes next, as it is written.
  public var next: String? { isOver ? nil : statements[position].text }

  mutating func remember(_ mark: Mark) {
    marks[position] = Frame(mark: mark, verification: verification, failedExpectations: failedExpectations)
    // A session is cheap to keep, but not for nothing, least of all a large one's: older ones are thinned out.
    let dense = mark.session.isLarge ? Film.densestOfLarge : Film.densest
    guard marks.count > 4 * dense else { return }
    var gap = 1
    while marks.count > 2 * dense {
      gap *= 2
      marks = marks.filter { position - $0.key <= dense || $0.key % gap == 0 }
    }
  }

  /// Goes to a command that has a mark. What was played beyond it may be played otherwise the next time.
  mutating func goBack(to index: Int) {
    position = index
    if let frame = marks[index] { (verification, failedExpectations) = (frame.verification, frame.failedExpectations) }
    (isTouched, isCutOff, resting) = (false, false, putsBack ? marks[index]?.mark : nil)
    marks = marks.filter { $0.key <= index }
  }

  /// The latest mark at or before a command.
  func mark(before index: Int) -> (index: Int, mark: Mark)? {
    marks.keys.filter { $0 <= index }.max().flatMap { key in marks[key].map { (key, $0.mark) } }
  }

  func report(isOver: Bool, _ difference: ReplayReport.Difference? = nil) -> ReplayReport {
    let counted = verification.identical + verification.near + verification.different
    let all = verification.file.digests.count
    return ReplayReport(
      name: title, commands: position, steps: verification.steps, identical: verification.identical,
      near: verification.near, different: verification.different,
      missing: isOver && !verification.isDiverted ? all - counted : 0, difference: difference, isVerified: all > 0,
      isDiverted: verification.isDiverted, isOver: isOver)
  }
}
