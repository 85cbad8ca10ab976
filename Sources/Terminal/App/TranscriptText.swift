import Commands
import Screen

/// A message as lines of the transcript.
func transcriptLine(_ message: Message) -> ScreenState.Line? {
  let text = TextRenderer(color: false).text(message)
  switch message {
  case .echoed(let command): return ScreenState.Line("> " + command, .command)
  case .expectation(let expectation): return text.map { ScreenState.Line($0, expectation.holds ? .good : .error) }
  case .said: return text.map { ScreenState.Line($0, .said) }
  case .note: return text.map { ScreenState.Line($0, .note) }
  case .warning: return text.map { ScreenState.Line($0, .warning) }
  case .failure: return text.map { ScreenState.Line($0, .error) }
  case .stop: return text.map { ScreenState.Line($0, .warning) }
  case .step, .event, .printed, .display, .explanations, .comparison, .module, .placements, .text:
    return text.map { ScreenState.Line($0, .text) }
  }
}

/// `1200 of 100000, 52000/s, 2 s left; Ctrl-C stops`
func progressText(done: Int, total: Int, elapsed: Duration) -> String {
  let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
  guard seconds > 0, done > 0 else { return "running; Ctrl-C stops" }
  let rate = Double(done) / seconds
  let shownRate = rate >= 10 ? String(Int(rate)) : String(Double(Int(rate * 10)) / 10)
  // Nobody knows how long a run to a breakpoint takes.
  if total == 0 { return "\(done) steps, \(shownRate)/s; Ctrl-C stops" }
  let left = Double(total - done) / rate
  let shownLeft = left >= 90 ? "\(Int(left / 60)) min" : "\(Int(left.rounded(.up))) s"
  return "\(done) of \(total), \(shownRate)/s, \(shownLeft) left; Ctrl-C stops"
}
