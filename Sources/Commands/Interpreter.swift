import Debugger
import Training

/// Runs commands on a session. Scripts are frames on a stack, so that one can pause, another command
/// can be typed, and the script goes on where it was.
public struct Interpreter {
  /// What a run came to.
  public enum Outcome: Sendable, Equatable {
    case finished
    /// A script waits at `pause`.
    case paused
    case failed
    case interrupted
    case quit
  }

  public internal(set) var session = Session()
  /// What the panes show; keys choose it, too.
  public var selection = Selection()
  /// Expectations that did not hold.
  public internal(set) var failedExpectations = 0
  /// What was done so far, to be saved.
  public internal(set) var log = SessionLog()
  /// Where accepted commands are kept as they come; nil keeps none.
  public var journal: Journal?
  /// The file that `record` writes.
  var recording: Recording?
  /// A session that is played command by command.
  public internal(set) var film: Film?
  /// How often somebody asked for a film: for a new one, or for the one that was left to go on.
  public internal(set) var filmRequests = 0
  /// Whether the command that runs is the film's.
  var isPlaying = false
  var undoHistory: [Session] = []
  var frames: [ScriptFrame] = []
  /// The lessons that were played to their end.
  var lessonProgress = LessonProgress()
  /// The last line typed, if an empty one repeats it.
  var repeatable: String?
  private var pauseRequested = false
  var quitRequested = false
  private var lastCommandRepeats = false

  /// Whether `pause` waits for somebody.
  public var isInteractive = false
  /// Where things are kept that outlive the program; nil keeps none.
  public var stateFolder: String?
  /// Receives everything that is said.
  public var emit: (Message) -> Void = { _ in }
  /// Asked between events; true stops the command there.
  public var isInterrupted: () -> Bool = { false }
  /// Draws the screen for `export screen`; nil where there is nobody who can.
  public var drawScreen: ScreenDrawing?
  /// Told before every command.
  var began: () -> Void = {}
  /// Told now and then during long commands.
  public var progress: (_ session: Session, Progress) -> Void = { _, _ in }

  private static let undoDepth = 100
  private static let maximumFrames = 32

  public init() {}

  // MARK: Running scripts

  /// Whether a script waits to be continued.
  public var isPaused: Bool { !frames.isEmpty }

  /// Runs a script to its end, its first failure or its first pause.
  public mutating func run(_ script: ScriptFrame) -> Outcome {
    let depth = frames.count
    frames.append(script)
    return runFrames(downTo: depth)
  }

  /// Runs a line typed at the prompt. An empty one goes on with a script that waits, or repeats the
  /// last stepping command, as in gdb.
  public mutating func enter(_ line: String) -> Outcome {
    guard line.allSatisfy(\.isWhitespace) else {
      repeatable = nil
      let outcome = run(ScriptFrame(name: nil, text: line))
      if outcome == .finished, lastCommandRepeats { repeatable = line }
      return outcome
    }
    if isPaused {
      // The Enter after a script's end is not meant to step.
      repeatable = nil
      return resume()
    }
    guard let repeatable else { return .finished }
    return run(ScriptFrame(name: nil, text: repeatable))
  }

  /// Goes on with a paused script.
  public mutating func resume() -> Outcome { runFrames(downTo: 0) }

  /// Forgets scripts that wait.
  public mutating func abandonScripts() { frames = [] }

  /// Whether the command that runs is a script's, which nobody watches as a film; those of -e are the user's own.
  var isInsideScript: Bool { frames.last.map { $0.name != nil && $0.name != Options.commandsName } ?? false }

  /// The script that is being run; nil for a line typed at the prompt.
  var fileInProgress: String? { frames.last?.name }

  /// Puts a session in place of the present one, with nothing to undo. `log` is how it came about.
  public mutating func startOver(with session: Session, log: SessionLog = SessionLog()) {
    self.session = session
    self.log = log
    undoHistory = []
    frames = []
    film = nil
    selection = Selection()
    quitRequested = false
  }

  func checkDepth() throws(CommandError) {
    guard frames.count < Interpreter.maximumFrames else {
      throw CommandError("scripts source each other more than \(Interpreter.maximumFrames) deep")
    }
  }

  mutating func push(_ script: ScriptFrame) { frames.append(script) }
  mutating func requestPause() { pauseRequested = isInteractive }
  mutating func requestQuit() { quitRequested = true }

  mutating func runFrames(downTo depth: Int) -> Outcome {
    defer { if depth == 0 { flushRecording() } }
    while frames.count > depth {
      let top = frames.count - 1
      let file = frames[top].name
      do {
        guard let statement = try frames[top].next() else {
          frames.remove(at: top)
          continue
        }
        // A command that takes long looks for itself; a script of many is stopped between two of them.
        if isInterrupted() { return stop(.interrupted, at: statement, in: file, depth) }
        do {
          try execute(statement)
        } catch {
          return stop(error, at: statement, in: file, depth)
        }
      } catch {
        emit(.failure(frames[top].failure(error)))
        frames.removeSubrange(depth...)
        return .failed
      }
      if quitRequested {
        quitRequested = false
        return .quit
      }
      if pauseRequested {
        pauseRequested = false
        return .paused
      }
    }
    return .finished
  }

  /// Runs one command that stands for itself, in place of a script's.
  mutating func play(_ statement: Statement, of name: String?) -> Outcome {
    let depth = frames.count
    frames.append(ScriptFrame(name: name, statement))
    let outcome = runFrames(downTo: depth)
    // There is nothing behind it that a pause could wait with.
    if outcome == .paused, frames.count == depth + 1 { frames.removeLast() }
    return outcome
  }

  private mutating func stop(_ error: CommandError, at statement: Statement, in file: String?, _ depth: Int) -> Outcome
  {
    frames.removeSubrange(min(depth, frames.count)...)
    if error.isReported { return error.isInterrupt ? .interrupted : .failed }
    if error.isInterrupt {
      emit(.note("interrupted; the state is as it is after the last event"))
      return .interrupted
    }
    emit(.failure(Message.Failure(error, statement, file: file)))
    return .failed
  }

  /// Runs one command. If it fails, the session is as it was.
  private mutating func execute(_ statement: Statement) throws(CommandError) {
    let command = try Command.find(statement.name)
    lastCommandRepeats = command.repeats
    if isInteractive, fileInProgress != nil, command.isEchoed { emit(.echoed(statement.text)) }
    if let surplus = statement.arguments.dropFirst(command.mostArguments).first {
      throw CommandError(
        "'\(surplus.text)' is one word too many; write: \(command.usage[0])", range: surplus.range)
    }
    let (before, undoable) = (session, undoHistory.count)
    let isKept = command.isKept(statement)
    let mark = isKept ? log.mark : nil
    if isKept { keepBeginning(of: statement.text) }
    began()
    do {
      try command.run(&self, statement)
    } catch {
      // An interrupted step stays where it is, to be looked at and finished, or undone.
      if error.isInterrupt, !isKept || keepInterrupted(since: before) {
        remember(before, command)
      } else {
        session = before
        if let mark, !error.isInterrupt { keepFailed(mark) }
      }
      throw error
    }
    remember(before, command)
    if isKept { keep(statement.text) }
    // `undo` changes the session without being a change to take back.
    if !isPlaying, command.changesSession || undoHistory.count < undoable { film?.isTouched = true }
    if film != nil, !isPlaying, !isInteractive || isInsideScript { try playToEnd() }
  }

  private mutating func remember(_ before: Session, _ command: Command) {
    guard command.changesSession else { return }
    undoHistory.append(before)
    if undoHistory.count > Interpreter.undoDepth { undoHistory.removeFirst() }
  }

  // MARK: What commands use

  /// Runs a debugger call; its errors point at this statement's arguments, at `blaming` if they name none.
  mutating func debugger<T>(
    _ statement: Statement, skipping: Int = 0, blaming: Statement.Word? = nil,
    _ body: (inout Session) throws(DebuggerError) -> T
  ) throws(CommandError) -> T {
    do {
      return try body(&session)
    } catch {
      throw CommandError(error, words: statement.arguments.dropFirst(skipping), blaming: blaming)
    }
  }

  /// The same where all of the input is one text, such as an expression: errors point into it.
  mutating func debugger<T>(
    at word: Statement.Word, _ body: (inout Session) throws(DebuggerError) -> T
  ) throws(CommandError) -> T {
    do {
      return try body(&session)
    } catch {
      throw CommandError(error, words: [word])
    }
  }

  /// Changes the configuration and says what followed from it.
  mutating func configure(
    _ statement: Statement, skipping: Int = 0, blaming: Statement.Word? = nil,
    _ change: (inout Configuration) throws(DebuggerError) -> Void
  ) throws(CommandError) {
    let notes = try debugger(statement, skipping: skipping, blaming: blaming) { session throws(DebuggerError) in
      try session.configure(change)
    }
    tell(notes)
  }

  func tell(_ notes: [String]) {
    for note in notes {
      emit(note.hasPrefix("warning: ") ? .warning(String(note.dropFirst(9))) : .note(note))
    }
  }

  mutating func expectationFailed() {
    failedExpectations += 1
    if isPlaying { film?.failedExpectations += 1 }
  }
}

extension Message.Failure {
  /// An error about a whole file.
  public init(_ error: CommandError, file: String) {
    self.init(message: error.message, file: file, lineNumber: 1, column: 1, line: "", underline: 0..<0)
  }

  init(_ error: CommandError, _ statement: Statement, file: String?) {
    let whole = statement.name.range.lowerBound..<(statement.words.last?.range.upperBound ?? 0)
    let range = error.range ?? whole
    self.init(
      message: error.message, file: file, lineNumber: statement.lineNumber, column: range.lowerBound + 1,
      line: String(statement.line), underline: range)
  }
}
