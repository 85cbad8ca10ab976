import Debugger
import LoRA
import Models
import Testing
import Training

/// A session on a built-in model; `words` as after the `model` command.
func session(_ words: String, _ change: (inout Configuration) -> Void = { _ in }) throws -> Session {
  let parts = words.split(separator: " ").map(String.init)
  let kind = try #require(ModelKind.all.first { $0.name == parts[0] })
  let definition = try kind.parse(Array(parts.dropFirst()))
  var session = Session()
  _ = try session.configure { configuration in
    change(&configuration)
    configuration.start(definition)
  }
  return session
}

/// The message of the error that `body` throws; nil if it throws none.
func failure<T>(_ body: () throws(DebuggerError) -> T) -> DebuggerError? {
  do {
    _ = try body()
    return nil
  } catch {
    return error
  }
}

/// The value of an expression on a session.
func value(_ text: String, in session: Session) throws(DebuggerError) -> Value {
  try Evaluation(session).evaluate(try ExpressionParser.parse(text))
}

extension Value {
  var number: Double? { if case .number(let number) = self { number } else { nil } }
  var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
}
