import Commands
import Debugger
import Foundation

/// What must hold of everything that is said, whatever was typed.
enum FuzzJudge {
  /// What is wrong with a message, if anything.
  static func fault(_ message: Message) -> String? {
    let plain = TextRenderer(color: false).text(message)
    _ = TextRenderer(color: true).text(message)
    for line in jsonLines(message) {
      if line.contains("\n") { return "a JSON object on two lines" }
      guard (try? JSONSerialization.jsonObject(with: Data(line.utf8))) is [String: Any] else {
        return "no JSON: \(line.prefix(300))"
      }
    }
    guard case .failure(let failure) = message else { return nil }
    return fault(failure, plain ?? "")
  }

  private static func fault(_ failure: Message.Failure, _ text: String) -> String? {
    let length = failure.line.count
    if failure.message.isEmpty { return "an error that says nothing" }
    // The word at fault is shown under the line: an error that repeats a screenful of it hides what to do.
    if failure.message.count > 1000 { return "an error of \(failure.message.count) characters" }
    if failure.column < 1 || failure.underline.lowerBound < 0 || failure.underline.upperBound > length {
      return "an error at column \(failure.column), underline \(failure.underline) of \(length): \(failure.message)"
    }
    if !text.contains(failure.message) { return "the text leaves out: \(failure.message)" }
    return nil
  }

  /// What is wrong with what Tab offers for a line, and what is said about it.
  static func fault(completing line: String, at cursor: Int, in session: Session) -> String? {
    if let said = hint(line, at: cursor, in: session), said.isEmpty || said.contains(where: \.isNewline) {
      return "the hint is '\(said)'"
    }
    let completions = complete(line, at: cursor, in: session)
    let typed = Array(line)
    guard completions.range.lowerBound >= 0, completions.range.upperBound <= typed.count else {
      return "completes \(completions.range) of \(typed.count) characters"
    }
    let begun = String(typed[completions.range])
    // One with blanks in it gets quotes around it, and the end of a name stands for the whole.
    let fits: (String) -> Bool = { $0.hasPrefix(begun) || $0.dropFirst().hasPrefix(begun) || $0.contains("." + begun) }
    guard completions.candidates.allSatisfy({ fits($0.text) }) else {
      return "'\(begun)' becomes \(completions.candidates.prefix(3))"
    }
    return nil
  }
}
