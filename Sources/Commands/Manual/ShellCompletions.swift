/// A shell that can complete the program's arguments.
public enum Shell: String, Sendable, Equatable, CaseIterable {
  case bash, zsh, fish

  /// What the shell has to read.
  public var completions: String {
    switch self {
    case .bash: bashCompletions
    case .zsh: zshCompletions
    case .fish: fishCompletions
    }
  }

  /// To be evaluated, or put into bash-completion's folder.
  private var bashCompletions: String {
    let options = CommandLineOption.all
    let cases = options.filter { $0.argument != nil }.map { option in
      let words = option.choices.joined(separator: " ")
      let reply =
        option.choices.isEmpty ? "COMPREPLY=()" : "mapfile -t COMPREPLY < <(compgen -W '\(words)' -- \"$word\")"
      return "    \(option.names.joined(separator: "|"))) \(reply); return ;;"
    }
    return """
      # lorascope's arguments, for bash: eval "$(lorascope --completions bash)"
      _lorascope() {
        local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
        # In --color=auto bash sees three words.
        if [[ $word == = ]]; then word=; elif [[ $before == = ]]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi
        case $before in
      \(cases.joined(separator: "\n"))
        esac
        if [[ $word == -* ]]; then
          mapfile -t COMPREPLY < <(compgen -W '\(options.flatMap(\.names).joined(separator: " "))' -- "$word")
        else
          compopt -o filenames
          mapfile -t COMPREPLY < <(compgen -f -- "$word")
        fi
      }
      complete -F _lorascope lorascope
      """
  }

  /// To be put into a folder of `fpath` as `_lorascope`.
  private var zshCompletions: String {
    let lines = CommandLineOption.all.flatMap { option in
      option.names.map { name in
        let value = option.argument.map { _ in
          let what = option.choices.isEmpty ? " " : "(\(option.choices.joined(separator: " ")))"
          return ":\(option.choices.isEmpty ? "commands" : "value"):\(what)"
        }
        let separator = option.argument != nil && name.hasPrefix("--") ? "=" : ""
        let repeated = option.names == ["-e"] ? "*" : ""
        return "  '\(repeated)\(name)\(separator)[\(Shell.zshQuoted(option.help))]\(value ?? "")'"
      }
    }
    return """
      #compdef lorascope
      # lorascope's arguments, for zsh: lorascope --completions zsh > ~/.zfunc/_lorascope
      _arguments -s \\
      \((lines + ["  '*:session:_files'"]).joined(separator: " \\\n"))
      """
  }

  private static func zshQuoted(_ text: String) -> String {
    text.replacing("'", with: "'\\''").replacing("[", with: "\\[").replacing("]", with: "\\]")
  }

  /// To be put into ~/.config/fish/completions/lorascope.fish.
  private var fishCompletions: String {
    let lines = CommandLineOption.all.map { option in
      let names = option.names.map { $0.hasPrefix("--") ? "-l \($0.dropFirst(2))" : "-s \($0.dropFirst())" }
      let choices = option.choices.isEmpty ? "" : " -a '\(option.choices.joined(separator: " "))'"
      let help = option.help.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
      return "complete -c lorascope \(names.joined(separator: " "))\(option.argument == nil ? "" : " -x")\(choices) "
        + "-d '\(help)'"
    }
    return
      (["# lorascope's arguments, for fish: lorascope --completions fish > ~/.config/fish/completions/lorascope.fish"]
      + lines).joined(separator: "\n")
  }
}
