import Debugger

/// What was asked for on the command line.
public struct Options: Sendable, Equatable {
  public enum Color: String, Sendable, CaseIterable {
    case auto, always, never
  }

  public enum Action: Sendable, Equatable {
    case terminal, batch, help, version
  }

  public var action = Action.terminal
  public var files: [String] = []
  /// The arguments of `-e`, in order.
  public var commands: [String] = []
  public var json = false
  public var color = Color.auto
  public var readsInit = true

  /// A mistake in the arguments, to be shown with a pointer to --help.
  public struct UsageError: Error, Equatable {
    public let message: String
  }

  private static let known = ["--batch", "-e", "--json", "--color", "--no-init", "--help", "--version"]

  public init(_ arguments: [String]) throws(UsageError) {
    var rest = arguments[...]
    var batch = false
    while let argument = rest.popFirst() {
      switch argument {
      case "--batch": batch = true
      case "--json": json = true
      case "--no-init": readsInit = false
      case "--help", "-h": action = .help
      case "--version": action = .version
      case "-e":
        guard let command = rest.popFirst() else {
          throw UsageError(message: "-e needs a command, such as -e 'model linear 16 16'")
        }
        commands.append(command)
      case "--color":
        guard let value = rest.popFirst() else { throw UsageError(message: "--color needs auto, always or never") }
        color = try Options.color(value)
      case "--":
        files += rest
        rest = []
      case _ where argument.hasPrefix("--color="): color = try Options.color(String(argument.dropFirst(8)))
      case _ where argument.hasPrefix("-") && argument != "-":
        throw UsageError(message: "unknown option '\(argument)'" + didYouMean(argument, among: Options.known))
      default: files.append(argument)
      }
    }
    if action == .help || action == .version { return }
    if batch { action = .batch }
    if json && !batch { throw UsageError(message: "--json works with --batch only") }
    if batch && files.isEmpty && commands.isEmpty {
      throw UsageError(message: "--batch needs a file ('-' is standard input) or -e")
    }
    if !batch && files.count > 1 {
      throw UsageError(message: "the terminal takes one file; with --batch there can be several")
    }
    if !batch && files == ["-"] { throw UsageError(message: "'-' works with --batch only") }
  }

  private static func color(_ value: String) throws(UsageError) -> Color {
    guard let color = Color(rawValue: value) else {
      throw UsageError(message: "--color is auto, always or never, not '\(value)'")
    }
    return color
  }

  public static let help = """
    lorascope: a debugger for the optimization step of LoRA fine-tuning

    usage: lorascope [FILE.session]        the terminal interface; without a file the built-in tour
           lorascope --batch FILE ...      run scripts without a terminal; '-' is standard input

      -e 'COMMAND; ...'          commands before the first prompt or script
      --json                     with --batch: one JSON object per line instead of text
      --color auto|always|never  colours in the text (auto: on a terminal, unless NO_COLOR is set)
      --no-init                  do not read $XDG_CONFIG_HOME/lorascope/init
      --help, --version

    With --batch every script starts from the session that the init file and -e left.
    exit status: 0 all is well; 1 an expectation failed; 2 a command or the usage was wrong; 130 Ctrl-C
    """

  public static let version = "0.1.0"
}
