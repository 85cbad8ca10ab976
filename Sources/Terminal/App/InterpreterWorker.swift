import Commands
import Debugger
import Dispatch
import Synchronization

/// Runs commands on a thread of its own, so that the screen never waits for the engine.
final class InterpreterWorker: Sendable {
  enum Job: Sendable {
    /// The session that opens when none is named, unless another one waits to be recovered.
    case welcome
    /// What is said of a session that was left behind.
    case offerRecovery
    /// A session to be played.
    case film(name: String, text: String)
    /// The film's next command.
    case play
    case seek(Int)
    case file(String)
    /// The init file, or the argument of -e.
    case commands(name: String, text: String)
    /// A line typed at the prompt.
    case line(String)
  }

  /// What the main thread is told.
  enum Report: Sendable {
    case message(Message)
    case session(Session)
    case selected(Selection)
    case progress(Session, Progress, elapsed: Duration)
    case finished(Interpreter.Outcome, of: Job, isPaused: Bool, film: FilmStatus?)
    /// It waited behind a command that was interrupted, and was not run.
    case dropped(Job)
  }

  /// The film that is on, as far as the screen needs to know.
  struct FilmStatus: Sendable {
    let name: String
    let position: Int
    let count: Int
    /// Which request has put it on, or made it go on.
    let request: Int
    /// Whether the next command only says something.
    let isTalk: Bool

    init(_ film: Film, request: Int) {
      self.request = request
      name = film.title.prefix { $0 != "." }.description
      (position, count) = (film.position, film.count)
      isTalk = film.next.map { $0.hasPrefix("say") || $0.hasPrefix("expect") } ?? false
    }
  }

  private let queue = DispatchQueue(label: "interpreter")
  private let confined = Confined()
  private let reports = Mutex<[Report]>([])
  /// How often Ctrl-C was pressed: what was waiting then is not run any more.
  private let interruptions = Mutex(0)
  private let waker: Waker
  private let journal: Journal?

  /// Touched only on `queue`, which runs one job at a time.
  private final class Confined: @unchecked Sendable {
    var interpreter = Interpreter()
  }

  /// Progress is reported this often at most.
  private static let interval = Duration.milliseconds(40)

  init(waker: Waker, stateFolder: String?, drawScreen: @escaping ScreenDrawing) {
    self.waker = waker
    journal = stateFolder.map { Journal(stateFolder: $0) }
    queue.async { [self] in
      confined.interpreter.isInteractive = true
      confined.interpreter.stateFolder = stateFolder
      confined.interpreter.journal = journal
      confined.interpreter.drawScreen = { [weak self] request in
        var request = request
        request.messages = self?.waitingMessages ?? []
        return drawScreen(request)
      }
      confined.interpreter.isInterrupted = { InterruptFlag.isRaised }
      confined.interpreter.emit = { [weak self] in self?.report(.message($0)) }
    }
  }

  /// `selection` is what the panes show now.
  func start(_ job: Job, showing selection: Selection) {
    let count = interruptions.withLock(\.self)
    let isWaiting = keepWaiting(job)
    queue.async { [self] in
      let isWanted = interruptions.withLock { now in
        // Under the lock: a Ctrl-C from here on is meant for this job.
        if now == count { InterruptFlag.lower() }
        return now == count
      }
      if isWaiting, isWanted { journal?.writeStarted() }
      if isWanted { perform(job, showing: selection) } else { report(.dropped(job)) }
      if isWaiting { journal?.writeTaken() }
    }
  }

  /// Enters a job into the journal before it has its turn, if it is a line of commands.
  private func keepWaiting(_ job: Job) -> Bool {
    switch job {
    case .line(let line) where !line.allSatisfy(\.isWhitespace): journal?.writeWaiting(line, isTyped: true)
    case .commands(_, let text) where !text.contains(where: \.isNewline): journal?.writeWaiting(text, isTyped: false)
    default: return false
    }
    return true
  }

  /// The user has left: nothing is to be recovered.
  func discardJournal() { journal?.discard() }

  /// Stops the command that runs at its next event, and those behind it.
  func interrupt() {
    interruptions.withLock { count in
      count += 1
      InterruptFlag.raise()
    }
  }

  /// What was reported since the last call, in order.
  func takeReports() -> [Report] {
    reports.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
  }

  /// What was said and is not on the screen yet.
  private var waitingMessages: [Message] {
    reports.withLock { $0.compactMap { if case .message(let message) = $0 { message } else { nil } } }
  }

  private func report(_ report: Report) {
    // Of a long command only the last step is shown.
    if case .message(.step(_, isLast: false)) = report { return }
    reports.withLock { $0.append(report) }
    waker.wake()
  }

  private func perform(_ job: Job, showing selection: Selection) {
    TerminalGuard.protectCurrentThread()
    confined.interpreter.selection = selection
    watchProgress()
    let outcome = run(job)
    report(.session(confined.interpreter.session))
    if confined.interpreter.selection != selection { report(.selected(confined.interpreter.selection)) }
    let request = confined.interpreter.filmRequests
    let film = confined.interpreter.film.map { FilmStatus($0, request: request) }
    report(.finished(outcome, of: job, isPaused: confined.interpreter.isPaused, film: film))
  }

  private func run(_ job: Job) -> Interpreter.Outcome {
    switch job {
    case .welcome:
      if offerRecovery() { return .finished }
      return confined.interpreter.open(name: BuiltInTour.name, text: BuiltInTour.text)
    case .offerRecovery:
      _ = offerRecovery()
      return .finished
    case .film(let name, let text): return confined.interpreter.open(name: name, text: text)
    case .play: return confined.interpreter.playNext()
    case .seek(let index): return confined.interpreter.seek(to: index)
    case .commands(let name, let text): return confined.interpreter.run(ScriptFrame(name: name, text: text))
    case .line(let line): return confined.interpreter.enter(line)
    case .file(let path):
      do {
        return confined.interpreter.run(try ScriptFrame(path: path))
      } catch {
        report(.message(.failure(Message.Failure(error, file: path))))
        return .failed
      }
    }
  }

  private func offerRecovery() -> Bool {
    guard let offer = confined.interpreter.recoveryOffer() else { return false }
    report(.message(.said(offer)))
    return true
  }

  private func watchProgress() {
    let clock = ContinuousClock()
    let start = clock.now
    let last = Mutex(start)
    confined.interpreter.progress = { [weak self] session, progress in
      let now = clock.now
      let isDue = last.withLock { last in
        guard now - last >= InterpreterWorker.interval else { return false }
        last = now
        return true
      }
      if isDue { self?.report(.progress(session, progress, elapsed: now - start)) }
    }
  }
}
