import Debugger

/// One option of the program. Parsing, `--help`, the man page and the shells' completions read this table; to add an
/// option, add a line to `all`.
public struct CommandLineOption: Sendable {
  /// The usual spelling first.
  let names: [String]
  /// What is written after it, if anything is.
  var argument: String?
  /// What that can be, if it is one of a few words.
  var choices: [String] = []
  let help: String
  /// What is said when its argument is missing.
  var missing = ""
  let apply: @Sendable (inout Options, _ value: String) throws(Options.UsageError) -> Void

  static let all = [
    CommandLineOption(names: ["--batch"], help: "run scripts without a terminal; '-' is standard input") {
      options, _ throws(Options.UsageError) in options.isBatch = true
    },
    CommandLineOption(
      names: ["-e"], argument: "'COMMAND; ...'", help: "commands before the first prompt or script",
      missing: "-e needs a command, such as -e 'model linear 16 16'"
    ) { options, value throws(Options.UsageError) in options.commands.append(value) },
    CommandLineOption(names: ["--json"], help: "with --batch: one JSON object per line instead of text") {
      options, _ throws(Options.UsageError) in options.json = true
    },
    CommandLineOption(
      names: ["--color"], argument: "WHEN", choices: Options.Color.allCases.map(\.rawValue),
      help: "colours in the text (auto: on a terminal, unless NO_COLOR is set)",
      missing: "--color needs auto, always or never"
    ) { options, value throws(Options.UsageError) in
      guard let color = Options.Color(rawValue: value) else {
        throw Options.UsageError(message: "--color is auto, always or never, not '\(value)'")
      }
      options.color = color
    },
    CommandLineOption(names: ["--no-init"], help: "do not read $XDG_CONFIG_HOME/lorascope/init") {
      options, _ throws(Options.UsageError) in options.readsInit = false
    },
    CommandLineOption(names: ["--help", "-h"], help: "print a summary of these options") {
      options, _ throws(Options.UsageError) in options.action = .help
    },
    CommandLineOption(names: ["--man"], help: "print the man page; read it with: lorascope --man | man -l -") {
      options, _ throws(Options.UsageError) in options.action = .man
    },
    CommandLineOption(
      names: ["--completions"], argument: "SHELL", choices: Shell.allCases.map(\.rawValue),
      help: "print what makes the shell complete this program's arguments",
      missing: "--completions needs bash, zsh or fish"
    ) { options, value throws(Options.UsageError) in
      guard let shell = Shell(rawValue: value) else {
        throw Options.UsageError(message: "--completions knows bash, zsh and fish, not '\(value)'")
      }
      options.action = .completions(shell)
    },
    CommandLineOption(names: ["--version"], help: "print the version") {
      options, _ throws(Options.UsageError) in options.action = .version
    },
  ]

  /// How it is written: `--color auto|always|never`.
  var usage: String {
    let value = choices.isEmpty ? argument : choices.joined(separator: "|")
    return names.joined(separator: ", ") + (value.map { " " + $0 } ?? "")
  }
}
