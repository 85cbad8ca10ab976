import Debugger

/// The man page, in roff, from the tables that help and parsing read.
public enum ManPage {
  public static var text: String {
    var page = RoffPage(title: "LORASCOPE", section: 1, source: "lorascope \(Options.version)", "User Commands")
    page.section("NAME")
    page.line("lorascope - a debugger for the optimization step of LoRA fine-tuning")
    synopsis(&page)
    description(&page)
    page.section("OPTIONS")
    for option in CommandLineOption.all { page.item(option.usage, option.help + ".") }
    commands(&page)
    page.section("SETTINGS")
    page.line("What the commands set and show know. In the program, 'help NAME' says what one is now.")
    for setting in Setting.all {
      page.item(([setting.name] + setting.aliases).joined(separator: ", ") + " " + setting.values, setting.help + ".")
    }
    page.section("EXPRESSIONS")
    for line in Topic.expressionHelp.prefix(while: { !$0.isEmpty }) { page.paragraph(line) }
    for function in ExpressionFunction.all { page.item(function.usage, function.help + ".") }
    surroundings(&page)
    return page.text
  }

  private static func synopsis(_ page: inout RoffPage) {
    page.section("SYNOPSIS")
    page.paragraph("lorascope [OPTION ...] [FILE.session]")
    page.paragraph("lorascope --batch [OPTION ...] FILE ...")
  }

  private static func description(_ page: inout RoffPage) {
    page.section("DESCRIPTION")
    page.line(
      "What gdb(1) is to a program's steps, lorascope is to an optimizer's. It drives a LoRA engine on the CPU one step, "
        + "or one event inside a step, at a time, and shows side by side the gradient that hooks saw, the effective "
        + "gradient (state-dict delta / lr) and the learning rate, and how they differ. Names are PyTorch's and PEFT's."
    )
    page.paragraph(
      "Without a file the built-in tour plays. Tab completes, what can be typed next stands dimly behind the line, and "
        + "the keys are readline(3)'s. Ctrl-C stops a long run at its next event. With --batch the same commands are "
        + "read from files, and the exit status says whether every expectation held.")
  }

  private static func commands(_ page: inout RoffPage) {
    page.section("COMMANDS")
    page.line("A unique beginning of a name is enough; '#' starts a comment, ';' separates commands.")
    for group in Command.Group.allCases {
      page.subsection(group.rawValue)
      for command in Command.all where command.group == group {
        page.item(command.usage, command.summary + "." + also(command))
      }
    }
  }

  private static func also(_ command: Command) -> String {
    command.aliases.isEmpty ? "" : " Also: " + command.aliases.joined(separator: ", ") + "."
  }

  private static func surroundings(_ page: inout RoffPage) {
    page.section("FILES")
    page.item(
      "$XDG_CONFIG_HOME/lorascope/init", "Commands that are run at every start (~/.config where it is not set).")
    page.item(
      "$XDG_STATE_HOME/lorascope/",
      "The lines that were typed (history), journals, the progress of lessons (~/.local/state where it is not set).")
    page.item("~/.inputrc", "Keys of the prompt; what stands between '$if lorascope' and '$endif' is for it alone.")
    page.section("ENVIRONMENT")
    page.item("NO_COLOR", "No colours in the text of a batch run.")
    page.item("INPUTRC", "Another file for ~/.inputrc.")
    page.item("TERM", "The terminal's kind, which must be able to place the cursor.")
    page.section("EXIT STATUS")
    for status in ExitStatus.all { page.item(String(status.number), status.meaning + ".") }
    page.section("SEE ALSO")
    page.line("gdb(1), readline(3)")
  }
}

/// Text as roff wants it.
private struct RoffPage {
  private(set) var text: String

  init(title: String, section: Int, source: String, _ manual: String) {
    text = ".TH \(title) \(section) \"\" \"\(source)\" \"\(manual)\"\n.nh\n.ad l"
  }

  mutating func section(_ title: String) { add(".SH \(title)") }

  mutating func subsection(_ title: String) { add(".SS \(title)") }

  mutating func line(_ line: String) { add(RoffPage.escaped(line)) }

  mutating func paragraph(_ line: String) {
    add(".PP")
    self.line(line)
  }

  /// What is explained, in bold, and the explanation.
  mutating func item(_ terms: [String], _ explanation: String) {
    for (index, term) in terms.enumerated() {
      add(index == 0 ? ".TP" : ".TQ")
      add("\\fB" + RoffPage.escaped(term) + "\\fR")
    }
    line(explanation)
  }

  mutating func item(_ term: String, _ explanation: String) { item([term], explanation) }

  private mutating func add(_ line: String) { text += "\n" + line }

  /// No character is a request or an escape, a minus can be copied to a command line, and a line may break at a bar.
  private static func escaped(_ text: String) -> String {
    let safe = text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("'", with: "\\(aq")
      .replacing("~", with: "\\(ti").replacing("^", with: "\\(ha").replacing("`", with: "\\(ga")
      .replacing("|", with: "|\\:")
    return safe.first == "." ? "\\&" + safe : safe
  }
}
