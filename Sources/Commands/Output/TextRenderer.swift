import Debugger
import Tensors
import Training

/// Messages as lines of text, with ANSI colours if asked for.
public struct TextRenderer: Sendable {
  public let color: Bool

  public init(color: Bool) {
    self.color = color
  }

  /// Nil for what plain text leaves out.
  public func text(_ message: Message) -> String? {
    switch message {
    case .step(let record, let isLast): return isLast ? StepText(record: record).text : nil
    case .event(let event, let graph): return describe(event, in: graph)
    case .explanations(let explanations, let isVerbose):
      return ExplanationText(explanations: explanations, isVerbose: isVerbose).text
    case .module(let view): return ModuleText(view: view).text
    case .placements(let table): return PlacementText(table: table).text
    case .comparison(let comparison): return ComparisonText(comparison: comparison).text
    case .stop(let stop): return text(stop)
    case .display(let display, .success(let value)): return "\(display.id): \(display.text) = " + ValueText.full(value)
    case .display(let display, .failure(let error)): return "\(display.id): \(display.text): \(error.message)"
    case .printed(let expression, let value, let style): return "\(expression) = " + ValueText.full(value, style)
    case .expectation(let expectation): return text(expectation)
    case .replay(let report): return paintVerdict(report.holds) + ReplayText(report: report).text
    case .echoed(let text), .said(let text), .text(let text): return text
    case .note(let text): return "note: " + text
    case .warning(let text): return paint("warning: ", 33) + text
    case .failure(let failure): return text(failure)
    }
  }

  /// `FILE:LINE:COLUMN: error: ...`, the line, and the part at fault underlined.
  private func text(_ failure: Message.Failure) -> String {
    let place = failure.file.map { "\($0):\(failure.lineNumber):\(failure.column): " } ?? ""
    var out = place + paint("error: ", 31) + failure.message
    guard !failure.line.isEmpty, !failure.underline.isEmpty else { return out }
    // A window around the fault, where the line is long.
    let line = Array(failure.line).map { $0.isWhitespace ? " " : $0 }
    let start = failure.underline.lowerBound > 60 ? failure.underline.lowerBound - 40 : 0
    let shown = line[min(start, line.count)..<min(line.count, start + 100)]
    let marks = max(1, min(failure.underline.upperBound, start + 100) - failure.underline.lowerBound)
    let before = String(shown.prefix(failure.underline.lowerBound - start))
    let marked = String(shown.dropFirst(before.count).prefix(marks))
    let indent = String(repeating: " ", count: before.columns)
    let tail = String(repeating: "~", count: max(0, marked.columns - 1))
    out += "\n  " + String(shown) + "\n  " + indent + paint("^" + tail, 31)
    return out
  }

  private func text(_ expectation: Message.Expectation) -> String {
    if expectation.holds { return paintVerdict(true) + expectation.expression }
    var out = expectation.place + paintVerdict(false) + expectation.expression
    if let left = expectation.left, let right = expectation.right {
      out += "\n        left  \(ValueText.full(left))\n        right \(ValueText.full(right))"
    }
    return out
  }

  private func text(_ stop: Stop) -> String {
    let place = stop.events > 0 ? "step \(stop.step), event \(stop.events): \(stop.event)" : stop.event
    switch stop.reason {
    case .breakpoint(let id): return paint("breakpoint \(id), ", 33) + place
    case .watch(let id, let expression, let old, let new):
      let before = old.map { ValueText.short($0) } ?? "no value"
      return paint("watch \(id), ", 33) + "\(place)\n  \(expression)\n  old \(before)\n  new \(ValueText.short(new))"
    case .nonFinite(let what):
      return paint("NaN or inf, ", 31) + "\(place)\n  \(what)\n"
        + "  goto \(stop.step - 1):\(stop.events) is that event; disable 0 lets runs go on"
    }
  }

  private func paintVerdict(_ holds: Bool) -> String { holds ? paint("ok", 32) + "  " : paint("FAILED", 31) + "  " }

  private func paint(_ text: String, _ code: Int) -> String {
    color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
