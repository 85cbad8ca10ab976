import Commands
import Debugger
import TestSupport

/// Lines as the usage lines of the commands describe them, with words from the tables where they stand for something.
struct LineGrammar {
  let words: FuzzWords
  let expressions: ExpressionGrammar

  /// What makes sessions differ comes more often.
  private static let changing = ["model", "data", "load", "set", "set", "set", "hook", "step", "event", "back"].flatMap
  {
    name in
    Command.all.filter { $0.name == name }
  }
  /// What leaves little of a session comes seldom, or the other commands would have nothing to work on.
  private static let emptying = Command.all.filter { ["new", "lessons"].contains($0.name) }
  private static let usual = Command.all.filter { !["new", "lessons"].contains($0.name) }
  /// Settings of names and regular expressions, where most can go wrong.
  private static let patterned = Setting.all.filter { $0.values.contains("...") }

  init(_ words: FuzzWords) {
    self.words = words
    expressions = ExpressionGrammar(words: words)
  }

  func line(_ random: inout SplitMix64) -> String {
    switch random.below(20) {
    case 0: return random.oneIn(2) ? Mutation.noise(&random) : ""
    case 1...5: return Mutation.mutated(command(&random), with: command(&random), &random)
    case 6: return command(&random) + random.pick(["; ", ";", "\n", " # "]) + command(&random)
    case 7: return random.pick(["print ", "expect ", "until ", "watch "]) + expressions.tower(&random)
    default: return command(&random)
    }
  }

  /// One command with the arguments of one of its forms.
  private func command(_ random: inout SplitMix64) -> String {
    let command = random.pick(
      random.oneIn(200) ? LineGrammar.emptying : random.oneIn(3) ? LineGrammar.changing : LineGrammar.usual)
    if command.name == "set", !random.oneIn(8) { return setting(&random) }
    if command.name == "set", random.oneIn(2) {
      return "set " + random.pick(["$a", "$b", "$", "$9"]) + " = " + expressions.text(&random)
    }
    let usage = random.pick(command.usage)
    let parts = usage.split(separator: " ").dropFirst().map(String.init)
    var line = [random.oneIn(10) ? random.pick([command.name] + command.aliases) : command.name]
    if random.oneIn(30) { line[0] = String(line[0].prefix(1 + random.below(line[0].count))) }
    if command.takesFormat ? random.oneIn(3) : random.oneIn(100) {
      line[0] += "/" + random.pick(["x", "3f", "at", "", "e", "99g", "q", "a"])
    }
    line += arguments(parts, &random)
    if random.oneIn(20) { line.append(random.pick(FuzzWords.odd + FuzzWords.numbers + FuzzWords.literals)) }
    return line.joined(separator: " ")
  }

  private func setting(_ random: inout SplitMix64) -> String {
    let setting = random.pick(random.oneIn(4) ? LineGrammar.patterned : Setting.all)
    let forms = setting.values.split(separator: "|").map(String.init)
    let values = forms + forms.suffix(2) + setting.choices + ["N"]
    var line = ["set", random.oneIn(20) ? random.pick(FuzzWords.settings) : setting.name]
    for part in random.pick(values).split(separator: " ") { line += argument(String(part), &random) }
    return line.joined(separator: " ")
  }

  /// The words of a usage line; some in brackets, such as `[at EVENT]`, come together or not at all.
  private func arguments(_ parts: [String], _ random: inout SplitMix64) -> [String] {
    var (line, isLeftOut): ([String], Bool) = ([], false)
    for part in parts {
      let opens = part.hasPrefix("[") && !part.contains("]")
      if opens { isLeftOut = random.oneIn(2) }
      if opens || !isLeftOut { line += isLeftOut ? [] : argument(opens ? String(part.dropFirst()) : part, &random) }
      if part.hasSuffix("]") { isLeftOut = false }
    }
    return line
  }

  /// One word of a usage line: optional if it has brackets, a choice if it has bars.
  private func argument(_ part: String, _ random: inout SplitMix64) -> [String] {
    if part.hasPrefix("["), random.oneIn(2) { return [] }
    if random.oneIn(40) { return [random.pick(FuzzWords.odd)] }
    let bare = part.filter { !"[]".contains($0) }
    if bare.hasSuffix("...") {
      let one = String(bare.dropLast(3))
      if one.hasSuffix(",") {
        return [(0...random.below(3)).flatMap { _ in argument(String(one.dropLast()), &random) }.joined(separator: ",")]
      }
      return (0..<random.below(4)).flatMap { _ in argument(one, &random) }
    }
    if let equals = bare.firstIndex(of: "=") {
      var key = String(bare[...equals])
      if key == "OPTION=" || random.oneIn(30) { key = random.pick(FuzzWords.options) }
      let value = String(bare[bare.index(after: equals)...])
      return [key + argument(value, &random).joined()]
    }
    return [word(random.pick(bare.split(separator: "|").map(String.init) + [bare]), &random)]
  }

  private func word(_ name: String, _ random: inout SplitMix64) -> String {
    switch name {
    case "N", "IN", "OUT", "HIDDEN": random.oneIn(3) ? random.pick(FuzzWords.sizes) : FuzzWords.number(&random)
    case "X", "VALUE", "B1", "B2", "STEP", "STEP:EVENT": FuzzWords.number(&random)
    case "ID": random.pick(["1", "2", "3", "0", "all", "-1", "99999999999999999999"])
    case "FILE": random.pick(random.oneIn(4) ? words.files : words.files.filter { $0.hasSuffix(".session") })
    case "FILE.session": random.pick(words.files.filter { $0.hasSuffix(".session") })
    case "STEPS:EVENTS": random.pick(["0:1", "2", "1:3", "0:0", "3:99", FuzzWords.number(&random)])
    case "FILE.safetensors": random.pick(words.files)
    // Few of all expressions are true or false, and have a value at all.
    case "EXPR":
      random.oneIn(4)
        ? "step < \(FuzzWords.number(&random))" : expressions.text(&random)
    case "P", "PARAM", "MODULE", "PARAM|MODULE", "TARGET": words.name(&random)
    case "REGEX": random.pick(FuzzWords.patterns)
    case "KEY": random.pick(random.oneIn(2) ? words.modules : FuzzWords.patterns)
    case "PLACEMENT": random.pick(FuzzWords.placements)
    case "EVENT": random.pick(FuzzWords.events)
    case "COMMAND": random.oneIn(3) ? random.pick(Command.all).name : command(&random)
    case "BRANCH": random.pick(["main", "b2", "b3", "1", "2", "x", "a b"])
    case "NAME": random.pick(words.modules + FuzzWords.settings + FuzzWords.causes + FuzzWords.literals)
    case "TEXT": random.pick(FuzzWords.odd + ["no step", "is", "\"two words\""])
    default: name
    }
  }
}
