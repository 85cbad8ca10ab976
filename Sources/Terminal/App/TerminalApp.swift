import Commands
import Debugger
import Glibc
import Screen

/// The terminal interface: keys go to readline or to the panes, lines to the interpreter's thread, and
/// whatever comes of it onto the screen.
@MainActor
public final class TerminalApp {
  private let screen: CursesScreen
  private let holder: TerminalGuard
  private let loop: EventLoop
  private let worker: InterpreterWorker
  private let picture = ScreenPicture()
  private let stateFolder: String?
  private var editor: LineEditor?
  var state = ScreenState()
  /// Jobs that have not come back.
  var running = 0
  private var isPaused = false
  var film = FilmControl() { didSet { state.filmTakesKeys = film.takesKeys } }
  /// Lines of the transcript that were dropped at its beginning.
  var linesDropped = 0
  private var share = SessionShare()
  private var exitStatus: Int32?

  private static let longestTranscript = 5000

  /// Runs until the user leaves; returns the exit status. The terminal is given back in any case.
  /// `script` is the text of the file in `options`.
  public static func run(
    _ options: Options, initFile: String?, stateFolder: String?, script: String?
  ) throws(TerminalError) -> Int32 {
    let holder = try TerminalGuard()
    defer { holder.giveBack() }
    let app = try TerminalApp(options, holder, stateFolder: stateFolder)
    defer { app.screen.close() }
    try app.begin(options, initFile: initFile, script: script)
    return app.serve()
  }

  private init(_ options: Options, _ holder: TerminalGuard, stateFolder: String?) throws(TerminalError) {
    self.holder = holder
    self.stateFolder = stateFolder
    let color: Bool? = options.color == .never ? false : options.color == .always ? true : nil
    screen = try CursesScreen(color: color)
    let waker = try Waker()
    loop = EventLoop(waker: waker)
    worker = InterpreterWorker(waker: waker, stateFolder: stateFolder, drawScreen: picture.draw)
    state.glyphs = TerminalLocale.isUTF8 ? .unicode : .ascii
    state.colors = screen.colorDepth.range
    // The first frame comes before anything is read or computed.
    paint()
  }

  private func begin(_ options: Options, initFile: String?, script: String?) throws(TerminalError) {
    let editor = try LineEditor(
      name: "lorascope", prompt: state.prompt.prompt,
      historyFile: stateFolder.flatMap { StateFolder.prepare($0) ? $0 + "/history" : nil }
    ) { [weak self] line, _ in self?.candidates(for: line) ?? Completion(start: 0, candidates: []) }
    editor.onLine = { [weak self] in self?.enter($0) }
    editor.joinPastedLines = joinedLines
    editor.showCandidates = { [weak self] in self?.state.candidates = $0 }
    self.editor = editor
    if let initFile { start(.file(initFile)) }
    for command in options.commands { start(.commands(name: Options.commandsName, text: command)) }
    if let file = options.files.first, let script {
      start(.offerRecovery)
      start(.film(name: file, text: script))
    } else {
      start(options.commands.isEmpty ? .welcome : .offerRecovery)
    }
  }

  private func serve() -> Int32 {
    refreshPrompt()
    paint()
    while true {
      for event in loop.wait(milliseconds: running == 0 ? film.wait(until: .now) : nil) {
        handle(event)
        if let exitStatus {
          if exitStatus == 0 { worker.discardJournal() }
          return exitStatus
        }
      }
      if running == 0, film.wait(until: .now) == 0 { startFilm(.play) }
      refreshPrompt()
      paint()
    }
  }

  private func paint() {
    state.frameCost = screen.lastFrame?.text ?? ""
    screen.paint(render(state, screen.size))
    picture.keep(state, screen.size)
    share.end(.now)
  }

  // MARK: Events

  private func handle(_ event: TerminalEvent) {
    switch event {
    case .input(let events): for event in events { handle(event) }
    case .woken: for report in worker.takeReports() { handle(report) }
    case .signal(.windowChanged): screen.matchWindowSize()
    case .signal(.continued):
      screen.resume()
      screen.matchWindowSize()
      screen.redrawEverything()
    case .signal(.suspend): suspend()
    case .signal(.interrupt): interrupt()
    case .signal(let signal): exitStatus = signal.exitStatus
    case .endOfInput: exitStatus = Signal.hangup.exitStatus
    case .timeout: break
    }
  }

  private func handle(_ event: InputEvent) {
    state.candidates = []
    let isFree = editor?.isIdle ?? false
    for effect in PaneKeys.answer(event, &state, screen.size, promptIsFree: isFree) { perform(effect) }
  }

  private func perform(_ effect: KeyEffect) {
    switch effect {
    case .feed(let bytes):
      // Who types wants the session to stay here.
      pauseFilm()
      editor?.feed(bytes)
    case .film(let action): apply(action)
    case .paste(let bytes): editor?.paste(bytes)
    case .command(let line): enter(line)
    case .interrupt: interrupt()
    case .suspend: suspend()
    case .redraw: screen.redrawEverything()
    case .toggleMouse:
      screen.mouse.toggle()
      append(
        ScreenState.Line(
          screen.mouse ? "mouse on: click and wheel work; F9 gives selecting text back" : "mouse off", .note))
    case .toggleFrameCost: screen.measuresFrames.toggle()
    }
  }

  private func handle(_ report: InterpreterWorker.Report) {
    switch report {
    case .message(let message):
      if let line = transcriptLine(message) { append(line) }
    case .session(let session): state.session = session
    case .selected(let selection): state.selection = selection
    case .progress(let session, let progress, let elapsed):
      if share.allows(.now) {
        share.begin(.now)
        state.session = session
      }
      state.activity = activity(progress, elapsed)
    case .finished(let outcome, let job, let isPaused, let film):
      self.isPaused = isPaused
      if outcome == .quit { exitStatus = 0 }
      follow(film, outcome, after: job)
      jobEnded()
    case .dropped(let job):
      if case .line(let line) = job, !line.isEmpty { append(ScreenState.Line("not run: " + line, .note)) }
      jobEnded()
    }
  }

  private func jobEnded() {
    running -= 1
    showActivity()
  }

  func showActivity() {
    let isIdle = running == 0 || film.isPlaying
    state.activity =
      !isIdle ? "running; Ctrl-C stops" : film.status != nil ? film.text : isPaused ? "Enter goes on" : ""
  }

  func append(_ line: ScreenState.Line) {
    state.transcript.append(line)
    state.transcriptScroll = 0
    if state.transcript.count > TerminalApp.longestTranscript + 500 {
      linesDropped += state.transcript.count - TerminalApp.longestTranscript
      state.transcript.removeFirst(state.transcript.count - TerminalApp.longestTranscript)
    }
  }

  // MARK: What keys do

  /// A line that Enter completed; nil is Ctrl-D on an empty one.
  private func enter(_ line: String?) {
    guard let line else {
      // Leaving would throw away what is being computed; Ctrl-C is the way to say so.
      if running > 0 {
        append(ScreenState.Line("a command is running; Ctrl-C stops it, then Ctrl-D leaves", .note))
      } else {
        exitStatus = 0
      }
      return
    }
    if !line.allSatisfy(\.isWhitespace) {
      append(ScreenState.Line(state.prompt.prompt + line, .command))
      editor?.addHistory(line)
    }
    start(.line(line))
  }

  func start(_ job: InterpreterWorker.Job) {
    running += 1
    picture.keep(state, screen.size)
    worker.start(job, showing: state.selection)
  }

  private func interrupt() {
    if running > 0 { worker.interrupt() }
    pauseFilm()
    editor?.interrupt()
  }

  // MARK: The terminal and the line

  private func suspend() {
    screen.suspend()
    screen.matchWindowSize()
  }

  private func candidates(for line: String) -> Completion {
    let found = complete(line, at: line.count, in: state.session)
    // readline counts bytes.
    let start = line.prefix(found.range.lowerBound).utf8.count
    let isOpen = found.candidates.count == 1 && found.candidates[0].text.last.map { "(=/".contains($0) } == true
    return Completion(start: start, candidates: found.candidates, suffix: isOpen ? nil : " ")
  }

  private func refreshPrompt() {
    guard let editor else { return }
    let typed = editor.state
    state.prompt = ScreenState.Prompt(prompt: typed.prompt, text: typed.text, cursor: typed.cursorColumn)
    let line = editor.isAtEnd ? editor.line : ""
    state.hint = hint(line, at: line.count, in: state.session) ?? ""
  }
}
