import Autograd

/// The words after `model NAME`: sizes, an activation, and `key=value` options.
struct ModelArguments {
  private(set) var sizes: [Int] = []
  private(set) var activation: Activation?
  private var options: [String: (value: String, word: Int)] = [:]

  static let largestSize = 1 << 24

  /// `known` are the keys of the options that this model takes.
  init(_ words: [String], known: [String]) throws(ModelError) {
    for (index, word) in words.enumerated() {
      if let size = Int(word) {
        sizes.append(try ModelArguments.checked(size, word: index))
      } else if let equals = word.firstIndex(of: "="), known.contains(String(word[..<equals])) {
        options[String(word[..<equals])] = (String(word[word.index(after: equals)...]), index)
      } else if let found = Activation.all.first(where: { $0.name == word }) {
        activation = found
      } else {
        let activations = Activation.all.map(\.name).joined(separator: ", ")
        let keys = known.map { $0 + "=" }.joined(separator: ", ")
        throw ModelError(
          "'\(word)' is neither a size, nor an activation (\(activations)), nor an option (\(keys))", word: index)
      }
    }
  }

  func flag(_ key: String, default: Bool) throws(ModelError) -> Bool {
    guard let (value, word) = options[key] else { return `default` }
    switch value {
    case "on": return true
    case "off": return false
    default: throw ModelError("\(key) is on or off, not '\(value)'", word: word)
    }
  }

  func size(_ key: String, default: Int) throws(ModelError) -> Int {
    guard let (value, word) = options[key] else { return `default` }
    guard let size = Int(value) else { throw ModelError("\(key) needs a whole number, not '\(value)'", word: word) }
    return try ModelArguments.checked(size, word: word)
  }

  func number(_ key: String, default: Double) throws(ModelError) -> Double {
    guard let (value, word) = options[key] else { return `default` }
    guard let number = Double(value), number.isFinite, number > 0 else {
      throw ModelError("\(key) needs a number above 0, not '\(value)'", word: word)
    }
    return number
  }

  /// Which word an option was, to blame it.
  func word(_ key: String) -> Int? { options[key]?.word }

  private static func checked(_ size: Int, word: Int) throws(ModelError) -> Int {
    guard size > 0 else { throw ModelError("a size must be at least 1, not \(size)", word: word) }
    guard size <= largestSize else { throw ModelError("a size of \(size) is too large", word: word) }
    return size
  }
}

/// Multiplies and adds sizes without trapping on overflow: numbers in Linear layers of these sizes.
func linearParameterCount(_ sizes: [Int], bias: Bool) -> Int? {
  var total = 0
  for (inFeatures, outFeatures) in zip(sizes, sizes.dropFirst()) {
    let (weights, tooMany) = inFeatures.multipliedReportingOverflow(by: outFeatures)
    let (next, overflow) = total.addingReportingOverflow(weights + (bias ? outFeatures : 0))
    if tooMany || overflow { return nil }
    total = next
  }
  return total
}
