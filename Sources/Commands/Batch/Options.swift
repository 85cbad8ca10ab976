import Debugger

/// What was asked for on the command line.
public struct Options: Sendable, Equatable {
  public enum Color: String, Sendable, CaseIterable {
    case auto, always, never
  }

  public enum Action: Sendable, Equatable {
    case terminal, batch, help, version, man
    case completions(Shell)
  }

  public internal(set) var action = Action.terminal
  public private(set) var files: [String] = []
  /// The arguments of `-e`, in order.
  public internal(set) var commands: [String] = []
  public internal(set) var json = false
  public internal(set) var color = Color.auto
  public internal(set) var readsInit = true
  var isBatch = false

  /// How errors name what stands behind -e.
  public static let commandsName = "-e"

  /// A mistake in the arguments, to be shown with a pointer to --help.
  public struct UsageError: Error, Equatable {
    public let message: String
  }

  public init(_ arguments: [String]) throws(UsageError) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        files += rest
        rest = []
      } else if argument.hasPrefix("-") && argument != "-" {
        try take(argument, &rest)
      } else {
        files.append(argument)
      }
    }
    guard action == .terminal else { return }
    if isBatch { action = .batch }
    if json && !isBatch { throw UsageError(message: "--json works with --batch only") }
    if isBatch && files.isEmpty && commands.isEmpty {
      throw UsageError(message: "--batch needs a file ('-' is standard input) or -e")
    }
    if !isBatch && files.count > 1 {
      throw UsageError(message: "the terminal takes one file; with --batch there can be several")
    }
    if !isBatch && files == ["-"] { throw UsageError(message: "'-' works with --batch only") }
  }

  /// An option and its argument, which stands behind a blank or, for a long one, behind `=`.
  private mutating func take(_ argument: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
    let name = argument.hasPrefix("--") ? String(argument.prefix { $0 != "=" }) : argument
    guard let option = CommandLineOption.all.first(where: { $0.names.contains(name) }) else {
      let known = CommandLineOption.all.flatMap(\.names)
      throw UsageError(message: "unknown option '\(argument)'" + didYouMean(name, among: known))
    }
    let attached = name.count < argument.count ? String(argument.dropFirst(name.count + 1)) : nil
    guard option.argument != nil else {
      if attached != nil { throw UsageError(message: "\(name) takes no value") }
      return try option.apply(&self, "")
    }
    guard let value = attached ?? rest.popFirst() else { throw UsageError(message: option.missing) }
    try option.apply(&self, value)
  }

  public static var help: String {
    let width = (CommandLineOption.all.map(\.usage.count).max() ?? 0) + 2
    let lines = CommandLineOption.all.map { option in
      "  " + option.usage + String(repeating: " ", count: width - option.usage.count) + option.help
    }
    return """
      lorascope: a debugger for the optimization step of LoRA fine-tuning

      usage: lorascope [FILE.session]        the terminal interface; without a file the built-in tour
             lorascope --batch FILE ...      run scripts without a terminal; '-' is standard input

      \(lines.joined(separator: "\n"))

      With --batch every script starts from the session that the init file and -e left.
      exit status: \(ExitStatus.all.map { "\($0.number) \($0.meaning)" }.joined(separator: "; "))
      """
  }

  public static let version = "0.1.0"
}

/// What the program's end says.
struct ExitStatus {
  let number: Int
  let meaning: String

  static let all = [
    ExitStatus(number: 0, meaning: "all is well"), ExitStatus(number: 1, meaning: "an expectation failed"),
    ExitStatus(number: 2, meaning: "a command or the usage was wrong"), ExitStatus(number: 130, meaning: "Ctrl-C"),
  ]
}
