import Commands
import Debugger
import Training
import TestSupport

/// The words that lines are made of: those of the language's tables, and those that nobody expects.
struct FuzzWords {
  let parameters: [String]
  let modules: [String]
  /// Files that may be read and written, and some that are not there.
  let files: [String]

  init(_ session: Session, files: [String]) {
    let graph = session.graph
    parameters = (graph?.parameters ?? []).flatMap { [$0.name, NameTable.short($0.name)] } + ["0.lora_A", "*.lora_B"]
    modules = (graph?.modules ?? []).flatMap { [$0.path, NameTable.short($0.path)] } + ["0", "model.layers.*", "*"]
    self.files = files
  }

  static let numbers = [
    "0", "1", "2", "3", "4", "5", "7", "-1", "-0", "0.5", "1e-3", "0.1", "1.0", "1e308", "-1e308", "1e309", "5e-324",
    "nan", "-nan", "inf", "-inf", "infinity", "0x1p3", "0x", "1e", "1_000", "1,5", "½", "٣", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "18446744073709551615", "99999999999999999999", "1000000000",
    "4611686018427387904", "9007199254740993", "+1", "--1", "1e3", ".", "1.", ".5", "1:2", "0:0", "2:3", "1:-1",
  ]

  /// Small enough for models that are made and stepped thousands of times, or so large that they are refused.
  static let sizes = ["1", "2", "3", "4", "5", "6", "8", "0", "-1", "16777217", "99999999999", "1e3", "3.0", "x", ""]

  static let odd = [
    "", "\"\"", "''", "\"", "'", "#", ";", ";;", "=", "==", "a=", "=b", "lr=", "all", "at", "if", "on", "off", "\\",
    "\u{0}", "\u{7}", "\u{1B}[31m", "\u{200D}", "e\u{301}", "👩‍👩‍👧", "🇩🇪", "\u{202E}", "\u{FEFF}", "ﬀ", "İ", "ß", "\t",
    "\u{2028}", "\u{85}", "\r", "\n", "\r\n", "*", "?", "[", "[!a]", "**", "*.*", "(", ")", "(a", "a)", "..", ".", "-",
    "'0'=4", "{'0':", "0=4", "0=1e15", ".*=3", "0=0", "%s%n", "--", "$(x)", "NULL", "None", "{}",
    String(repeating: "x", count: 2000),
    "'" + String(repeating: "two ", count: 500) + "'",
  ]

  /// Regular expressions: usual ones, wrong ones, and those that backtrack for ages.
  static let patterns = [
    "(.*)*(.*)*y", ".*.*.*.*.*.*.*.*y", "(a+)+", "(.|.)*y", ".*.*.*.*y", "(?i)X", "(?<n>a)\\k<n>", "[a-", "\\p{L}+",
    ".{2,9}", "a{99999}", "a{2,1}", ".*\\.(q|v)_proj", ".*", "()", "(?!)", "a**", "\\", "\\Q*", "(?x)(.*) *y",
    "[[a-z]--[b]]+",
  ]

  static let settings = Setting.all.flatMap { [$0.name] + $0.aliases }

  /// What is written after `=` somewhere: the keys of every option in a usage line.
  static let options: [String] = Command.all.flatMap(\.usage).flatMap { usage in
    usage.split { " []".contains($0) }.compactMap { word in
      word.firstIndex(of: "=").map { String(word[...$0]) }
    }
  }

  /// Every literal word in a usage line: kinds of models, data and losses, topics of info, choices of options.
  static let literals: [String] = Command.all.flatMap(\.usage).flatMap { usage in
    usage.split { " []|".contains($0) }.map(String.init).filter {
      !$0.contains("...") && $0.first?.isLowercase ?? false
    }
  }

  static let events = BreakPlace.all.map(\.name)
  static let placements = HookPlacement.all.map(\.name)
  static let stages = LedgerStage.allCases.map(\.rawValue)
  static let verdicts = Verdict.allCases.map(\.rawValue)
  static let causes = complete("causes ", at: 7, in: Session()).candidates.map(\.text)

  /// Mostly a number that means something, or hardly a command would succeed.
  static func number(_ random: inout SplitMix64, oddOneIn: Int = 3) -> String {
    random.oneIn(oddOneIn) ? random.pick(numbers) : random.pick(["1", "2", "3", "0.5", "0.1", "1e-3", "0"])
  }

  func name(_ random: inout SplitMix64) -> String { random.pick(random.oneIn(3) ? modules : parameters) }
}
