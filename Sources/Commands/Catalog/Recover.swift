import Debugger
import FoundationEssentials

extension Command {
  static let recover = Command(
    name: "recover", group: .sessions, usage: ["recover [N]", "recover list", "recover forget [N]"],
    summary: "bring back the session of a program that was killed, from its journal",
    details:
      "Every command that is accepted in the terminal is in a journal at once. 'recover list' numbers those that "
      + "were left behind, the newest first; without a number the newest is meant. Files that were written then "
      + "('export', 'save') are not written again.",
    example: "recover", mostArguments: 2, isKept: { _ in false },
    complete: { _ in
      [Candidate("list", "number what was left behind"), Candidate("forget", "remove it")]
    }
  ) { interpreter, statement throws(CommandError) in
    guard let folder = interpreter.stateFolder else {
      throw CommandError("no journals are kept: neither XDG_STATE_HOME nor HOME names a directory")
    }
    let left = LeftJournal.all(stateFolder: folder)
    let words = statement.arguments.map(\.text)
    switch words.first {
    case "list": interpreter.emit(.text(list(left)))
    case "forget":
      let number = statement.arguments.dropFirst().first
      for journal in number == nil ? left : [try choose(left, number)] { journal.remove() }
      interpreter.emit(.note(left.isEmpty ? "there was nothing to forget" : "forgotten"))
    default:
      try interpreter.checkNoFilm()
      let journal = try choose(left, statement.arguments.first)
      if words.count > 1 { throw CommandError("recover takes one number", range: statement.arguments.last?.range) }
      interpreter.recover(journal)
    }
  }

  private static func choose(_ left: [LeftJournal], _ word: Statement.Word?) throws(CommandError) -> LeftJournal {
    guard !left.isEmpty else { throw CommandError("there is nothing to recover: no session was left behind") }
    guard let word else { return left[0] }
    guard let number = Int(word.text), left.indices.contains(number - 1) else {
      throw CommandError(
        "no journal '\(word.text)'; 'recover list' numbers them from 1 to \(left.count)", range: word.range)
    }
    return left[number - 1]
  }

  private static func list(_ left: [LeftJournal]) -> String {
    guard !left.isEmpty else { return "there is nothing to recover" }
    var table = TextTable(["", "begun", "commands", "last", ""], leftAligned: [1, 3, 4])
    for (index, journal) in left.enumerated() {
      let last = journal.waiting.last ?? journal.unfinished ?? journal.commands.last ?? ""
      table.add([
        String(index + 1), journal.age, String(journal.count), last.count > 40 ? last.prefix(37) + "..." : last,
        journal.wasReplaced ? "left for another session" : "killed",
      ])
    }
    return table.text
  }
}

extension LeftJournal {
  /// How long ago it was begun, roughly.
  var age: String {
    let seconds = max(0, Int(Date().timeIntervalSince1970) - began)
    switch seconds {
    case ..<120: return "\(seconds) s ago"
    case ..<7200: return "\(seconds / 60) min ago"
    case ..<172_800: return "\(seconds / 3600) h ago"
    default: return "\(seconds / 86_400) days ago"
    }
  }
}
