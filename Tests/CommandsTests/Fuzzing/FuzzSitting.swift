import Commands
import Debugger
import Glibc
import TestSupport

/// Somebody at the prompt who types anything.
final class FuzzSitting {
  /// Lines in one sitting.
  static let length = 80
  /// Events after which Ctrl-C is pressed.
  private static let patience = 120

  private let world: FuzzWorld
  private let folder: String
  private(set) var interpreter: Interpreter
  private var messages: [Message] = []
  private var eventsLeft = 0
  /// The commands that succeeded.
  private(set) var succeeded: Set<String> = []

  init(_ world: FuzzWorld, isInteractive: Bool, folder: String) {
    (self.world, self.folder) = (world, folder)
    for file in world.outputs { unlink(file) }
    interpreter = world.interpreter
    interpreter.isInteractive = isInteractive
    interpreter.stateFolder = folder + "/state"
    interpreter.emit = { [unowned self] in messages.append($0) }
    interpreter.isInterrupted = { [unowned self] in
      eventsLeft -= 1
      return eventsLeft < 0
    }
  }

  /// A line that is safe to type.
  func line(_ random: inout SplitMix64) -> String {
    while true {
      let line = world.grammar.line(&random)
      if FuzzLimits.allow(line, in: folder) { return line }
    }
  }

  /// Types a line. Returns how it went, and everything that should not have happened.
  func attempt(_ line: String, _ random: inout SplitMix64) -> (outcome: Interpreter.Outcome, faults: [String]) {
    var faults: [String] = []
    let cursor = random.below(line.count + 2)
    if let fault = FuzzJudge.fault(completing: line, at: cursor, in: interpreter.session) { faults.append(fault) }
    let statements = (try? Lexer.statements(in: line, lineNumber: 1)) ?? []
    guard statements.count > 1, !line.contains(where: \.isNewline) else {
      return (attempt(line, statements, &random, &faults), faults)
    }
    // Of several commands those before the one that fails stand, so each is tried for itself.
    for statement in statements {
      let outcome = attempt(text(of: statement), [statement], &random, &faults)
      if outcome != .finished { return (outcome, faults) }
    }
    return (.finished, faults)
  }

  /// Types a line and looks at nothing. Another session would throw the walk away, and a script that is written on
  /// the way is not there when the walk is replayed.
  func enter(_ line: String) {
    eventsLeft = FuzzSitting.patience
    let statements = line.split(whereSeparator: \.isNewline).flatMap { part in
      (try? Lexer.statements(in: String(part), lineNumber: 1)) ?? []
    }
    let names = statements.compactMap { try? Command.find($0.name).name }
    guard names.allSatisfy({ !["quit", "replay", "recover", "tour", "record"].contains($0) }),
      !line.contains("out.session")
    else { return }
    _ = interpreter.enter(line)
  }

  private func attempt(
    _ command: String, _ statements: [Statement], _ random: inout SplitMix64, _ faults: inout [String]
  ) -> Interpreter.Outcome {
    let (before, selected) = (interpreter.session.digest, interpreter.selection)
    (messages, eventsLeft) = ([], FuzzSitting.patience)
    let outcome = interpreter.enter(command)
    faults += messages.compactMap(FuzzJudge.fault)
    let failures = messages.compactMap { if case .failure(let failure) = $0 { failure } else { nil } }
    if failures.count != (outcome == .failed ? 1 : 0) {
      faults.append("'\(command)': \(outcome) with \(failures.count) errors")
    }
    // The commands of a file, or of other lines, that came before the one that failed stand, too.
    let isAlone = statements.count < 2 && failures.allSatisfy { $0.file == nil && $0.lineNumber == 1 }
    if outcome == .failed, isAlone, interpreter.session.digest != before || interpreter.selection != selected {
      faults.append("'\(command)' failed and changed the session: \(failures.map(\.message))")
    }
    if outcome == .finished, let known = statements.first.flatMap({ try? Command.find($0.name) }) {
      succeeded.insert(known.name)
      // Of a script only its last command is taken back.
      let isOne = known.name != "causes" && isAlone && !command.contains(where: \.isNewline)
      if known.changesSession, isOne, random.oneIn(8), digestAfterUndo != before {
        faults.append("undo does not take back '\(command)'")
      }
    }
    if outcome == .quit { interpreter.startOver(with: interpreter.session) }
    return outcome
  }

  private var digestAfterUndo: Int {
    var probe = interpreter
    probe.emit = { _ in }
    _ = probe.enter("undo")
    return probe.session.digest
  }

  private func text(of statement: Statement) -> String {
    let first = statement.words.first?.range.lowerBound ?? 0
    let last = statement.words.last?.range.upperBound ?? first
    return String(statement.line[first..<last])
  }
}
