import Foundation

/// How many inputs to make, and which. `LORASCOPE_FUZZ=COUNT[:SEED[:FIRST]]` asks for a longer run, or for one input
/// again: a failure prints what to write.
struct FuzzPlan {
  var count: Int
  var seed: UInt64 = 1893
  var first = 0

  /// A tenth of the inputs are lines for the interpreter, which take longer.
  enum Share {
    case expressions, lines
  }

  /// `standard` is what fits into a usual test run.
  init(_ share: Share, standard: Int) {
    count = standard
    let words = ProcessInfo.processInfo.environment["LORASCOPE_FUZZ"].map { $0.split(separator: ":") } ?? []
    guard let total = words.first.flatMap({ Int($0) }) else { return }
    if words.count > 1 { seed = UInt64(words[1]) ?? seed }
    if words.count > 2 { first = Int(words[2]) ?? first }
    // With a place to begin at, the count is meant as it stands.
    count = words.count > 2 ? total : share == .lines ? max(1, total / 10) : max(1, total - total / 10)
  }

  var numbers: Range<Int> { first..<(first + count) }

  /// What makes input `number` again.
  func reproduction(_ number: Int) -> String { "LORASCOPE_FUZZ=1:\(seed):\(number)" }
}
