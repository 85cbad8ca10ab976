import Debugger

extension Command {
  static let help = Command(
    name: "help", aliases: ["h"], group: .program, usage: ["help [COMMAND|SETTING|FUNCTION|...]", "help markdown"],
    summary: "list the commands, or explain one, or a setting, a function, a placement, a stage, a verdict",
    details: "Whole tables: " + Topic.overviews.map(\.name).joined(separator: ", ")
      + ". markdown prints the README's table.",
    example: "help hook", mostArguments: 1, isKept: { _ in false },
    complete: { _ in
      all.map { Candidate($0.name, $0.summary) } + Topic.all.map { Candidate($0.name, "\($0.kind): \($0.summary)") }
    }
  ) { interpreter, statement throws(CommandError) in
    let text =
      switch statement.arguments.first {
      case nil: overview
      case let word? where word.text == "markdown": markdownTable
      case let word?: try helpText(word, interpreter.session)
      }
    interpreter.emit(.text(text))
  }

  static let quit = Command(
    name: "quit", aliases: ["q", "exit"], group: .program, usage: ["quit"], summary: "leave lorascope", example: "quit",
    mostArguments: 0, isKept: { _ in false }
  ) { interpreter, _ throws(CommandError) in
    interpreter.requestQuit()
  }

  /// The page of a command, or what else goes by that name.
  private static func helpText(_ word: Statement.Word, _ session: Session) throws(CommandError) -> String {
    let topics = Topic.named(word.text)
    if let exact = all.first(where: { $0.name == word.text || $0.aliases.contains(word.text) }) {
      // `c` is a command's short name, and a function's whole one.
      let others = exact.name == word.text ? [] : topics.map { $0.page(session) }
      return ([exact.page] + others).joined(separator: "\n\n")
    }
    guard topics.isEmpty else { return topics.map { $0.page(session) }.joined(separator: "\n\n") }
    do {
      return try find(word).page
    } catch {
      let near = nearest(to: word.text, among: all.map(\.name) + Topic.all.map(\.name))
      guard let near else { throw error }
      throw CommandError("no help on '\(word.text)'; did you mean '\(near)'?", range: word.range)
    }
  }

  /// All commands in their groups, a line each.
  private static var overview: String {
    var table = TextTable([], leftAligned: [0, 1])
    for group in Group.allCases {
      table.add([group.rawValue + ":"])
      for command in all where command.group == group {
        let alias = command.aliases.isEmpty ? "" : " (" + command.aliases.joined(separator: ", ") + ")"
        table.add(["  " + command.name + alias, command.summary])
      }
    }
    return table.text
      + "\n  A unique beginning of a name is enough. Tab completes, '?' on an empty line shows the keys. 'help COMMAND' says more; see also "
      + Topic.overviews.map { "'help \($0.name)'" }.joined(separator: ", ") + "."
  }

  /// Its page.
  private var page: String {
    var page = ManualPage(name: ([name] + aliases).joined(separator: ", "), summary)
    page.add("SYNOPSIS", usage)
    page.add("DESCRIPTION", details)
    page.add("EXAMPLE", example)
    page.add("ALSO", Topic.named(name).map { "\($0.kind): \($0.usage[0])  \($0.summary)" })
    let relatives = Command.all.filter { $0.group == group && $0.name != name }.map(\.name)
    page.add("SEE ALSO", relatives.joined(separator: ", "))
    return page.text
  }

  /// The README's table of commands.
  public static var markdownTable: String {
    let rows = all.map { command in
      let forms = command.usage.map { "`" + $0.replacing("|", with: "\\|") + "`" }.joined(separator: "<br>")
      return "| \(forms) | \(command.summary) |"
    }
    return "| command | what it does |\n|---|---|\n" + rows.joined(separator: "\n")
  }
}
