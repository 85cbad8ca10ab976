import Debugger
import TestSupport

/// Random trees printed as text: what a person could have meant, and what nobody would.
struct ExpressionGrammar {
  let words: FuzzWords

  private static let binary = [
    "+", "-", "*", "/", "+", "-", "*", "/", "==", "!=", "<=", ">=", "<", ">", "~=", " and ", " or ",
  ]

  func text(_ random: inout SplitMix64, depth: Int = 4) -> String {
    guard depth > 0 else { return leaf(&random) }
    switch random.below(14) {
    case 0: return "-" + text(&random, depth: depth - 1)
    case 1: return "not " + text(&random, depth: depth - 1)
    case 2: return "(" + text(&random, depth: depth - 1) + ")"
    case 3...5:
      return text(&random, depth: depth - 1) + random.pick(ExpressionGrammar.binary) + text(&random, depth: depth - 2)
    case 6:
      let sides = text(&random, depth: depth - 2) + " ~= " + text(&random, depth: depth - 2)
      return sides + " within " + random.pick(FuzzWords.numbers) + (random.oneIn(2) ? " abs" : "")
    case 7...10: return call(&random, depth: depth)
    case 11:
      let indices = (0...random.below(2)).map { _ in
        random.oneIn(4) ? text(&random, depth: depth - 2) : random.pick(["0", "1", "-1", "7"])
      }
      return call(&random, depth: depth) + "[" + indices.joined(separator: ", ") + "]"
    case 12: return random.pick(["$a", "$b", "$", "$none"])
    default: return leaf(&random)
    }
  }

  private func leaf(_ random: inout SplitMix64) -> String {
    random.oneIn(2) ? call(&random, depth: 1) : FuzzWords.number(&random, oddOneIn: 20)
  }

  /// A function with arguments as its usage line wants them; sometimes with one too many, or another kind.
  private func call(_ random: inout SplitMix64, depth: Int) -> String {
    let usage = random.pick(ExpressionFunction.all).usage
    let parts = usage.split { "(),[] ".contains($0) }.map(String.init)
    var arguments: [String] = []
    for part in parts.dropFirst() {
      // What is optional comes now and then.
      if usage.contains("[" + part) || usage.contains("[, " + part) || part == "...", random.oneIn(2) { continue }
      arguments.append(argument(part, &random, depth: depth))
    }
    if random.oneIn(25) { arguments.append(argument("X", &random, depth: depth)) }
    if random.oneIn(25), !arguments.isEmpty { arguments.removeLast() }
    return parts[0] + (arguments.isEmpty ? "" : "(" + arguments.joined(separator: ", ") + ")")
  }

  private func argument(_ part: String, _ random: inout SplitMix64, depth: Int) -> String {
    if random.oneIn(20) { return random.pick(FuzzWords.odd + FuzzWords.numbers) }
    switch part {
    case "P": return random.oneIn(8) ? words.name(&random) : random.pick(words.parameters)
    case "M": return random.oneIn(8) ? words.name(&random) : random.pick(words.modules)
    case "ID": return random.oneIn(3) ? random.pick(FuzzWords.numbers) : random.pick(["1", "2"])
    case "STAGE": return random.pick(FuzzWords.stages)
    case "VERDICT": return random.pick(FuzzWords.verdicts)
    default: return text(&random, depth: depth - 1)
    }
  }

  /// Nested and chained beyond what any person writes.
  func tower(_ random: inout SplitMix64) -> String {
    let count = random.pick([10, 150, 199, 200, 201, 400, 501, 2000])
    func many(_ part: String) -> String { String(repeating: part, count: count) }
    let inner = leaf(&random)
    switch random.below(8) {
    case 0: return many("(") + inner + many(")")
    case 1: return many("abs(") + inner + many(")")
    case 2: return many("-") + inner
    case 3: return many("not ") + inner
    case 4: return inner + many(random.pick(ExpressionGrammar.binary) + inner)
    case 5: return many("-(") + inner + many(")")
    case 6: return many("norm(1, ") + inner + many(")")
    default: return many("(not ") + inner + many(" ~= 1 within 1)")
    }
  }
}
