import Debugger

/// What was done since the session was empty, as commands that do it again, and what its steps came to.
public struct SessionLog: Sendable {
  /// A step's digest, and which one of all steps it was, counted from 1 in the order they were taken.
  public struct Note: Sendable, Equatable {
    public let ordinal: Int
    public let digest: StateDigest
  }

  /// A point to go back to.
  struct Mark: Sendable {
    fileprivate let commands: Int
    fileprivate let notes: Int
    fileprivate let steps: Int
  }

  public private(set) var commands: [String] = []
  public private(set) var notes: [Note] = []
  /// All steps that were taken, walked again ones too.
  public private(set) var steps = 0
  private var stepsOfCommand = 0

  /// Of a command that takes more steps, only every so-many-th one's digest is kept: each is a line in a file, and a
  /// later one would show an earlier difference all the same.
  private static let mostPerCommand = 100

  public init() {}

  var mark: Mark { Mark(commands: commands.count, notes: notes.count, steps: steps) }

  mutating func append(_ command: String) { commands.append(command) }

  mutating func begin() { stepsOfCommand = 0 }

  /// Counts a step; true if its digest is to be kept. Of a dear one, which takes a part of the step's time, it is
  /// every tenth step's.
  mutating func countStep(isDear: Bool) -> Bool {
    steps += 1
    stepsOfCommand += 1
    let isEarly = stepsOfCommand <= SessionLog.mostPerCommand && (!isDear || stepsOfCommand % 10 == 0)
    return isEarly || stepsOfCommand % SessionLog.mostPerCommand == 0
  }

  mutating func note(_ digest: StateDigest) {
    if notes.last?.ordinal != steps { notes.append(Note(ordinal: steps, digest: digest)) }
  }

  /// Whether the last step of the present command was passed over.
  var lacksLastStep: Bool { stepsOfCommand > 0 && notes.last?.ordinal != steps }

  mutating func goBack(to mark: Mark) {
    commands.removeSubrange(min(mark.commands, commands.count)...)
    notes.removeSubrange(min(mark.notes, notes.count)...)
    steps = mark.steps
    stepsOfCommand = 0
  }
}
