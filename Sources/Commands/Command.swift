import Debugger

/// One command of the language. To add one: a file in Catalog, and a line in `all`.
/// Parsing, help, completion and the README's table all read this declaration.
public struct Command: Sendable {
  public enum Group: String, Sendable, CaseIterable {
    case setUp = "Setting up"
    case hooks = "Hooks"
    case stepping = "Stepping"
    case timeTravel = "Time travel"
    case breakpoints = "Breakpoints"
    case looking = "Looking"
    case sessions = "Sessions"
    case program = "The program"
  }

  public let name: String
  public var aliases: [String] = []
  public let group: Group
  /// Its forms, one per line.
  public let usage: [String]
  /// One sentence.
  public let summary: String
  public var details = ""
  public let example: String
  /// How many words it takes after its name.
  public var mostArguments = Int.max
  /// Its argument is an expression.
  public var takesExpression = false
  /// Its name may be followed by a format, as in `print/x`.
  public var takesFormat = false
  /// An empty line at the prompt repeats it.
  public var repeats = false
  /// Whether a script's watcher is shown the command itself.
  public var isEchoed = true
  /// Whether `undo` can take it back.
  public var changesSession = false
  /// Whether a saved session needs it.
  public var isKept: @Sendable (Statement) -> Bool = { _ in true }
  /// What Tab offers for the word after these.
  public var complete: @Sendable (CompletionContext) -> [Candidate] = { _ in [] }
  /// What is said about the words to come, where its usage does not say enough; "" says nothing.
  var hint: @Sendable (CompletionContext) -> String? = { _ in nil }
  /// Behind this many words another command follows.
  var wordsBeforeCommand: Int?
  public let run: @Sendable (inout Interpreter, Statement) throws(CommandError) -> Void

  public static let all: [Command] = [
    .new, .model, .load, .data, .loss, .set, .show, .rank, .alpha, .lr,
    .hook, .unhook,
    .step, .event, .finish, .continue, .until, .advance,
    .back, .reverseEvent, .reverseContinue, .goto, .restart, .branch, .compare,
    .break, .tbreak, .watch, .delete, .disable, .enable, .display, .undisplay,
    .print, .info, .explain, .placements, .expect, .expectError,
    .say, .pause, .silent, .source, .tour, .lessons, .causes, .record, .save, .replay, .recover, .export,
    .undo, .select, .help, .quit,
  ]

  /// The command a word stands for: its name, an alias, or the beginning of one name only.
  public static func find(_ whole: Statement.Word) throws(CommandError) -> Command {
    let word = whole.beforeSlash
    let command = try named(word, of: whole)
    guard word.text.count == whole.text.count || command.takesFormat else {
      throw CommandError("\(command.name) takes no format", range: whole.range)
    }
    return command
  }

  private static func named(_ word: Statement.Word, of whole: Statement.Word) throws(CommandError) -> Command {
    if let exact = all.first(where: { $0.name == word.text || $0.aliases.contains(word.text) }) { return exact }
    let near = all.filter { $0.name.hasPrefix(word.text) }
    if near.count == 1 { return near[0] }
    let shown = word.text.count > 40 ? String(word.text.prefix(40)) + "..." : word.text
    if near.count > 1 {
      throw CommandError("'\(shown)' is ambiguous: \(near.map(\.name).joined(separator: ", "))", range: word.range)
    }
    if let habit = Habit.behind(whole.text) {
      throw CommandError("unknown command '\(shown)'; here it is: \(habit.here)", range: word.range)
    }
    let bare = String(word.text.prefix { $0 != "(" })
    let hint = didYouMean(bare, among: all.flatMap { [$0.name] + $0.aliases })
    throw CommandError("unknown command '\(shown)'" + (hint.isEmpty ? "; 'help' lists all" : hint), range: word.range)
  }
}
