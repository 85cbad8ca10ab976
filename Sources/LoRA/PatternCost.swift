/// Whether a regular expression can take ages to say no. Matching backtracks, as in Python: it tries every way to
/// share a name among the parts that can be longer or shorter, and there is no way to interrupt it.
struct PatternCost {
  /// Four `.*` and one `?`, which is more than a rule for a model's names needs, take a moment on a long name.
  private static let limit = 9

  /// Names of all modules with | between them fit in; the parser calls itself for every group that is open.
  static let longest = 16_384
  static let deepest = 32

  static func isTooLong(_ pattern: String) -> Bool {
    if pattern.utf8.count > longest { return true }
    var depth = 0
    for byte in pattern.utf8 {
      // Sets may be inside of sets, too.
      if byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[") { depth += 1 }
      if byte == UInt8(ascii: ")") || byte == UInt8(ascii: "]") { depth -= 1 }
      if depth > deepest { return true }
    }
    return false
  }

  private var cost = 0
  /// A part that can match in several ways is itself repeated: the number of ways grows as a power.
  private var isNested = false
  /// For each open group, whether something in it can match in several ways.
  private var groups: [Bool] = []
  private var last = Part.single

  private enum Part {
    case single
    /// A group, and whether something in it can match in several ways.
    case group(Bool)
    case quantifier
  }

  static func isTooHigh(_ pattern: String) -> Bool {
    var scan = PatternCost()
    var isEscaped = false
    for character in pattern {
      if isEscaped {
        (isEscaped, scan.last) = (false, .single)
      } else if character == "\\" {
        isEscaped = true
      } else {
        scan.read(character)
      }
    }
    return scan.isNested || scan.cost > limit
  }

  /// Sets such as `[(+]` are read as if they were none: that can only count too much.
  private mutating func read(_ character: Character) {
    switch character {
    case "(":
      groups.append(false)
      // `(?` is no quantifier, and `(*` no pattern.
      last = .quantifier
    case ")":
      last = .group(groups.popLast() ?? true)
    case "|":
      groups = groups.map { _ in true }
      last = .single
    case "}":
      // `{2,9}{2,9}` is a repetition of a repetition.
      last = .group(true)
    // Under `(?x)` blanks mean nothing.
    case " ": break
    case "*", "+", "{": repeated(isLoop: true)
    case "?": repeated(isLoop: false)
    default: last = .single
    }
  }

  private mutating func repeated(isLoop: Bool) {
    // `*?` and `*+` are one quantifier.
    if case .quantifier = last { return }
    if isLoop, case .group(true) = last { isNested = true }
    cost += isLoop ? 2 : 1
    groups = groups.map { _ in true }
    last = .quantifier
  }
}
