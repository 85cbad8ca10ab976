import Commands
import Screen

/// A message as lines of the transcript.
func transcriptLine(_ message: Message) -> ScreenState.Line? {
  let text = TextRenderer(color: false).text(message)
  switch message {
  case .echoed(let command): return ScreenState.Line("> " + command, .command)
  case .expectation(let expectation): return text.map { ScreenState.Line($0, expectation.holds ? .good : .error) }
  case .replay(let report): return text.map { ScreenState.Line($0, report.holds ? .good : .error) }
  case .said: return text.map { ScreenState.Line($0, .said) }
  case .note: return text.map { ScreenState.Line($0, .note) }
  case .warning: return text.map { ScreenState.Line($0, .warning) }
  case .failure: return text.map { ScreenState.Line($0, .error) }
  case .stop: return text.map { ScreenState.Line($0, .warning) }
  case .step, .event, .printed, .display, .explanations, .comparison, .module, .placements, .text:
    return text.map { ScreenState.Line($0, .text) }
  }
}

/// What the title line says while a command runs.
func activity(_ progress: Progress, _ elapsed: Duration) -> String {
  let text = progress.text(seconds: elapsed / .seconds(1))
  return (text.isEmpty ? "running" : text) + "; Ctrl-C stops"
}
