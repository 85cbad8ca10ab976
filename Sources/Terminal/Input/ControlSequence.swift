/// The inside of an escape sequence `ESC [ parameters intermediates final`.
struct ControlSequence: Hashable, Sendable {
  /// `<`, `?`, `=` or `>` before the parameters.
  var privateMark: UInt8?
  var parameters: [Int]
  /// `$` or a space before the last byte, as rxvt has it.
  var intermediates: [UInt8]
  var final: UInt8

  /// Takes apart what follows `ESC [`; nil when it is not well formed.
  init?(_ body: ArraySlice<UInt8>) {
    guard let last = body.last else { return nil }
    var rest = body.dropLast()
    final = last
    privateMark = nil
    if let first = rest.first, (0x3C...0x3F).contains(first) {
      privateMark = first
      rest = rest.dropFirst()
    }
    let digits = rest.prefix { (0x30...0x3B).contains($0) }
    intermediates = Array(rest.dropFirst(digits.count))
    guard intermediates.allSatisfy({ (0x20...0x2F).contains($0) }) else { return nil }
    parameters = []
    guard !digits.isEmpty else { return }
    for field in digits.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false) {
      // Parts after a colon refine a parameter; none of them matters here. A number too big is no key.
      let number = field.prefix { $0 != UInt8(ascii: ":") }
      parameters.append(Int(String(decoding: number, as: UTF8.self)) ?? 0)
    }
  }

  func parameter(_ index: Int) -> Int? {
    parameters.indices.contains(index) ? parameters[index] : nil
  }

  /// xterm's modifier parameter: one more than the sum of the bits.
  var modifiers: Key.Modifiers {
    guard let second = parameter(1), (2...16).contains(second) else { return [] }
    return Key.Modifiers(rawValue: (second - 1) & 7)
  }
}
