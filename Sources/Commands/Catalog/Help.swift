extension Command {
  static let help = Command(
    name: "help", aliases: ["h"], group: .program, usage: ["help [COMMAND]", "help markdown"],
    summary: "list the commands, or explain one; markdown prints the README's table",
    example: "help hook", mostArguments: 1, isKept: { _ in false }, complete: { _ in Command.all.map(\.name) }
  ) { interpreter, statement throws(CommandError) in
    guard let word = statement.arguments.first else {
      interpreter.emit(.text(overview))
      return
    }
    interpreter.emit(.text(word.text == "markdown" ? markdownTable : try find(word).page))
  }

  static let quit = Command(
    name: "quit", aliases: ["q", "exit"], group: .program, usage: ["quit"], summary: "leave lorascope", example: "quit",
    mostArguments: 0, isKept: { _ in false }
  ) { interpreter, _ throws(CommandError) in
    interpreter.requestQuit()
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
    return table.text + "\n  A unique beginning of a name is enough. Tab completes. 'help COMMAND' says more."
  }

  private var page: String {
    let alias = aliases.isEmpty ? "" : "  (also: \(aliases.joined(separator: ", ")))"
    return usage.joined(separator: "\n") + alias + "\n  " + summary + (details.isEmpty ? "" : "\n" + details)
      + "\nExample: " + example
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
