import Autograd

/// The words after `model NAME`: sizes, then names and `key=value` options.
struct ModelArguments {
  var sizes: [Int] = []
  var activation: Activation?
  var bias = true

  init(_ words: [String]) throws(ModelError) {
    for (index, word) in words.enumerated() {
      if let size = Int(word) {
        guard size > 0 else { throw ModelError("a size must be at least 1, not \(size)", word: index) }
        guard size <= 1 << 24 else { throw ModelError("a size of \(size) is too large", word: index) }
        sizes.append(size)
      } else if let flag = try ModelArguments.flag(word, index) {
        bias = flag
      } else if let found = Activation.all.first(where: { $0.name == word }) {
        activation = found
      } else {
        let known = Activation.all.map(\.name).joined(separator: ", ")
        throw ModelError("'\(word)' is neither a size, nor an activation (\(known)), nor bias=on|off", word: index)
      }
    }
  }

  private static func flag(_ word: String, _ index: Int) throws(ModelError) -> Bool? {
    guard word.hasPrefix("bias=") else { return nil }
    switch word.dropFirst(5) {
    case "on": return true
    case "off": return false
    default: throw ModelError("bias is on or off, not '\(word.dropFirst(5))'", word: index)
    }
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
