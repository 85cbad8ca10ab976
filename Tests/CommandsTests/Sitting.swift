import Commands
import Debugger
import Tensors

/// A user at the prompt: types lines, reads what comes back.
final class Sitting {
  var interpreter = Interpreter()
  private(set) var messages: [Message] = []

  init(_ lines: String...) {
    interpreter.emit = { [unowned self] in messages.append($0) }
    for line in lines { type(line) }
  }

  var session: Session { interpreter.session }

  @discardableResult
  func type(_ line: String) -> Interpreter.Outcome {
    messages = []
    return interpreter.enter(line)
  }

  /// Plays the film that is on to its next pause, or its end.
  @discardableResult
  func playOn() -> Interpreter.Outcome {
    messages = []
    while interpreter.film != nil {
      let outcome = interpreter.playNext()
      if outcome != .finished { return outcome }
    }
    return .finished
  }

  /// The plain text of what the last line brought.
  var text: String { messages.compactMap { TextRenderer(color: false).text($0) }.joined(separator: "\n") }

  /// How many rows the transcript of an 80x24 screen has while parameters are in the list.
  static let transcriptRows = 9

  /// The last line's answers as the transcript shows them: commands echoed, long lines wrapped.
  func transcript(columns: Int) -> [String] {
    messages.compactMap { message in
      if case .echoed(let command) = message { "> " + command } else { TextRenderer(color: false).text(message) }
    }.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }
      .flatMap { line in line.count <= columns ? [String(line)] : wrap(String(line), to: columns) }
  }

  private func wrap(_ line: String, to columns: Int) -> [String] {
    var rest = Array(line), lines: [String] = []
    while rest.count > columns {
      let end = rest.prefix(columns + 1).lastIndex(of: " ") ?? columns
      lines.append(String(rest.prefix(end)))
      rest = Array(rest.dropFirst(end).drop { $0 == " " })
    }
    return lines + [String(rest)]
  }

  var failures: [Message.Failure] {
    messages.compactMap { if case .failure(let failure) = $0 { failure } else { nil } }
  }

  func interruptAfter(_ events: Int) {
    var left = events
    interpreter.isInterrupted = {
      left -= 1
      return left < 0
    }
  }
}

extension Session {
  /// All that a failed command must leave as it was.
  var fingerprint: String {
    var parts = Setting.all.map { "\($0.name)=\($0.get(configuration))" }
    parts.append(configuration.model?.command ?? "no model")
    parts.append(configuration.dataset?.words ?? "no data")
    parts.append(configuration.loss.words)
    parts += configuration.hooks.map { "\($0.id) \($0.words)" }
    parts.append("step \(step) inside \(isInsideStep) records \(records.count) next hook \(configuration.nextHook)")
    for (index, parameter) in (graph?.parameters ?? []).enumerated() {
      parts.append("\(parameter.name) \(value(of: index)?.toArray() ?? []) \(gradient(of: index)?.toArray() ?? [])")
    }
    return parts.joined(separator: "\n")
  }
}

/// What is said of command-line arguments that are wrong; nil of those that are right.
func usageError(_ arguments: String...) -> String? {
  do throws(Options.UsageError) {
    _ = try Options(arguments)
    return nil
  } catch {
    return error.message
  }
}
