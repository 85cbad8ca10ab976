import Commands
import Debugger
import TestSupport
import Training

/// Plays lines of a session whose files lie in a folder of fixtures; files it writes go elsewhere.
func play(
  _ lines: [String], in folder: String, exportingTo export: String? = nil,
  _ listener: @escaping (Message) -> Void = { _ in }
) -> (interpreter: Interpreter, failure: String?) {
  var interpreter = Interpreter()
  var failure: String?
  interpreter.emit = { message in
    if case .failure(let found) = message { failure = found.message }
    listener(message)
  }
  // torch goes on through NaN and inf, so these do.
  for line in ["disable 0"] + lines {
    var words = line.split(separator: " ").map(String.init)
    if words.first == "load" || words.starts(with: ["data", "load"]) {
      words[2] = "'\(Fixtures.path(folder))/\(words[2])'"
    } else if words.first == "export", let export {
      words[1] = "'\(export)'"
    }
    guard interpreter.enter(words.joined(separator: " ")) == .finished else { break }
  }
  return (interpreter, failure)
}
