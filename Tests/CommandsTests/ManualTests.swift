import Commands
import Debugger
import Testing
import Training

@Suite("Help and the man page")
struct ManualTests {
  private func page(_ topic: String, after lines: String...) -> String {
    let sitting = Sitting()
    for line in lines { sitting.type(line) }
    sitting.type("help \(topic)")
    return sitting.text
  }

  @Test("a command's short name that is also a function has both pages, and a stage says what it does")
  func bothPages() {
    let c = Sitting("help c").text
    #expect(c.hasPrefix("NAME\n  continue, c - ") && c.contains("  c (function) - <h, e>/<h, h>"))
    #expect(!Sitting("help continue").text.contains("(function)"))
    #expect(Sitting("help momentum").text.contains("SGD steps along a buffer of all gradients"))
    #expect(Set(LedgerStage.allCases.map(\.meaning)).count == LedgerStage.allCases.count)
  }

  @Test("a command's page has man's sections, and no line is longer than 80 columns")
  func pages() {
    for name in Command.all.map(\.name) + ["settings", "expressions", "events", "verdicts"] {
      let text = page(name)
      let lines = text.split(separator: "\n")
      #expect(lines.first == "NAME" && lines.contains("SYNOPSIS"), "\(name)")
      #expect(lines.allSatisfy { String($0).columns <= 80 && !$0.hasSuffix(" ") }, "\(name)")
    }
    #expect(
      page("unhook") == """
        NAME
          unhook - remove a hook

        SYNOPSIS
          unhook ID|all

        EXAMPLE
          unhook 1

        SEE ALSO
          hook
        """)
  }

  @Test("no word of a usage or a description is lost when its page is wrapped")
  func whole() {
    for command in Command.all {
      let text = page(command.name).filter { !$0.isWhitespace }
      for part in command.usage + [command.details, command.summary] where !part.isEmpty {
        #expect(text.contains(part.filter { !$0.isWhitespace }), "\(command.name)")
      }
    }
  }

  @Test("settings, functions, placements, stages and verdicts have pages too")
  func topics() {
    let names =
      Setting.all.map(\.name) + ExpressionFunction.all.map(\.name) + HookPlacement.all.map(\.name)
      + LedgerStage.allCases.map(\.rawValue) + Verdict.allCases.map(\.rawValue)
    for name in names { #expect(page(name).hasPrefix("NAME\n  "), "\(name)") }
    #expect(page("max_grad_norm", after: "set max_grad_norm 0.5").contains("It is 0.5 now; the default is off."))
    #expect(page("tensor").contains("In PyTorch: Tensor.register_hook."))
    #expect(page("scaled").contains("the update is c x what the hook saw"))
    #expect(page("clip_norm").contains("(setting)") && page("clip_norm").contains("(stage of the ledger)"))
    #expect(page("optimizer").contains("amsgrad"))
    // A command comes first; what else goes by its name is told there.
    #expect(page("lr").hasPrefix("NAME\n  lr - set the learning rate") && page("lr").contains("function: lr[(P)]"))
  }

  @Test("a word near to one of them is asked back")
  func nearMisses() {
    #expect(page("clip_nrm").contains("did you mean 'clip_norm'?"))
    #expect(page("xyzzyplugh").contains("'help' lists all"))
  }

  @Test("the man page tells of every option, command and setting, in requests that roff knows")
  func manPage() {
    let lines = ManPage.text.split(separator: "\n", omittingEmptySubsequences: false)
    let text = ManPage.text.replacing("\\-", with: "-")
    for name in Command.all.map(\.name) + Setting.all.map(\.name) + ["--batch", "--color", "-e", "--completions"] {
      #expect(text.contains("\\fB\(name)"), "\(name)")
    }
    for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "SETTINGS", "FILES", "EXIT STATUS"] {
      #expect(lines.contains(".SH \(section)"))
    }
    let requests: Set = [".TH", ".SH", ".SS", ".PP", ".TP", ".TQ", ".nh", ".ad"]
    for line in lines {
      #expect(!line.isEmpty && line.allSatisfy(\.isASCII) && !line.hasPrefix("'"), "\(line)")
      if line.hasPrefix(".") { #expect(requests.contains(String(line.prefix { $0 != " " })), "\(line)") }
    }
  }

  @Test("every option is in --help and in each shell's completions", arguments: Shell.allCases)
  func completions(shell: Shell) {
    for option in ["batch", "json", "color", "no-init", "help", "man", "completions", "version"] {
      #expect(Options.help.contains("--\(option)"))
      #expect(shell.completions.contains(shell == .fish ? "-l \(option) " : "--\(option)"))
    }
    #expect(shell.completions.contains("auto always never") && shell.completions.contains("bash zsh fish"))
  }

  @Test("options take their value behind a blank or a sign, and say what is wrong with it")
  func options() throws {
    #expect(try Options(["--color=never"]) == Options(["--color", "never"]))
    #expect(try Options(["--completions", "zsh"]).action == .completions(.zsh))
    #expect(try Options(["--man", "x", "y"]).action == .man)
    #expect(usageError("--json=1", "--batch") == "--json takes no value")
    #expect(usageError("--completions") == "--completions needs bash, zsh or fish")
    #expect(usageError("--completions=csh") == "--completions knows bash, zsh and fish, not 'csh'")
    #expect(usageError("--colour=never") == "unknown option '--colour=never'; did you mean '--color'?")
  }
}
