import Debugger
import Glibc

/// Runs scripts without a terminal and comes to an exit status.
public struct BatchRun {
  public enum Status: Int32, Sendable {
    case success = 0
    case expectationFailed = 1
    case failed = 2
    case interrupted = 130
  }

  private let options: Options
  private let output: (String) -> Void
  private let errors: (String) -> Void
  private let outputColor: Bool
  private let errorColor: Bool
  private let progressLine: ProgressLine?
  private let drawScreen: ScreenDrawing?
  private let transcript = BatchTranscript()

  /// `output` and `errors` take text without its final newline; `terminal` takes pieces of a line that shows how far
  /// a long command is.
  public init(
    _ options: Options, outputColor: Bool, errorColor: Bool, output: @escaping (String) -> Void,
    errors: @escaping (String) -> Void, terminal: ((String) -> Void)? = nil, drawScreen: ScreenDrawing? = nil
  ) {
    self.drawScreen = drawScreen
    self.options = options
    self.output = output
    self.errors = errors
    self.outputColor = outputColor
    self.errorColor = errorColor
    progressLine = terminal.map { ProgressLine(write: $0) }
  }

  public func run(initFile: String?, stateFolder: String? = nil) -> Status {
    defer { progressLine?.clear() }
    var interpreter = Interpreter()
    interpreter.stateFolder = stateFolder
    interpreter.isInterrupted = { InterruptFlag.isRaised }
    interpreter.emit = show
    if let drawScreen {
      interpreter.drawScreen = { [transcript] in drawScreen(transcript.completing($0)) }
    }
    if let progressLine {
      interpreter.progress = { _, progress in progressLine.show(progress) }
      interpreter.began = { progressLine.restart() }
    }
    var opening: [ScriptFrame] = []
    if let initFile {
      do {
        opening.append(try ScriptFrame(path: initFile))
      } catch {
        return unreadable(initFile, error)
      }
    }
    opening += options.commands.map { ScriptFrame(name: Options.commandsName, text: $0) }
    for frame in opening {
      if let status = ended(interpreter.run(frame)) { return status == .success ? verdict(interpreter) : status }
    }
    let (start, log) = (interpreter.session, interpreter.log)
    for file in options.files {
      // Every script starts from the same session: what one of them set does not reach the next.
      interpreter.startOver(with: start, log: log)
      transcript.begin(file)
      let frame: ScriptFrame
      if file == "-" {
        var input = StandardInput()
        frame = ScriptFrame(name: "<stdin>") { input.next() }
      } else {
        do {
          frame = try ScriptFrame(path: file)
        } catch {
          return unreadable(file, error)
        }
      }
      let outcome = interpreter.run(frame)
      if InterruptFlag.isRaised { return .interrupted }
      if outcome == .quit { continue }
      if let status = ended(outcome) { return status }
    }
    return verdict(interpreter)
  }

  /// The status a run ends with before its last script; nil to go on.
  private func ended(_ outcome: Interpreter.Outcome) -> Status? {
    switch outcome {
    case .finished, .paused: nil
    case .failed: .failed
    case .interrupted: .interrupted
    case .quit: .success
    }
  }

  private func verdict(_ interpreter: Interpreter) -> Status {
    interpreter.failedExpectations == 0 ? .success : .expectationFailed
  }

  private func unreadable(_ file: String, _ error: CommandError) -> Status {
    show(
      .failure(
        Message.Failure(error, file: file)))
    return .failed
  }

  private func show(_ message: Message) {
    transcript.add(message)
    progressLine?.clear()
    if options.json { jsonLines(message).forEach(output) }
    switch message {
    case .failure, .warning:
      if let text = TextRenderer(color: errorColor).text(message) { errors(text) }
    case .expectation(let expectation) where !expectation.holds && options.json:
      if let text = TextRenderer(color: errorColor).text(message) { errors(text) }
    default:
      if !options.json, let text = TextRenderer(color: outputColor).text(message) { output(text) }
    }
  }
}
