import Debugger
import Tensors

/// How `print/FORMAT` writes numbers.
public struct NumberStyle: Sendable {
  enum Kind: Character {
    case fixed = "f"
    case exponent = "e"
    case general = "g"
    case hexadecimal = "x"
    case binary = "t"
  }

  let kind: Kind?
  let digits: Int?
  /// Every element of a tensor, not only its corner.
  let showsAll: Bool

  public static let standard = NumberStyle(kind: nil, digits: nil, showsAll: false)

  private init(kind: Kind?, digits: Int?, showsAll: Bool) {
    (self.kind, self.digits, self.showsAll) = (kind, digits, showsAll)
  }

  /// From `print/3f`.
  init(_ name: Statement.Word) throws(CommandError) {
    guard let text = name.format else {
      self = .standard
      return
    }
    let number = text.filter(\.isNumber)
    let letters = text.filter { !$0.isNumber && $0 != "a" }
    guard !text.isEmpty, letters.count <= 1, number.isEmpty || (Int(number).map { $0 <= 30 } ?? false) else {
      throw NumberStyle.error(name)
    }
    var kind: Kind?
    if let letter = letters.first {
      guard let known = Kind(rawValue: letter) else { throw NumberStyle.error(name) }
      kind = known
    }
    self.init(kind: kind ?? (number.isEmpty ? nil : .general), digits: Int(number), showsAll: text.contains("a"))
  }

  private static func error(_ name: Statement.Word) -> CommandError {
    CommandError(
      "no format '\(name.format ?? "")'; there are f, e, g, x and t, with up to 30 digits before them, and a for all",
      range: name.range)
  }

  /// One number; `dtype` is that of its bits, `digits` what is meant if nothing was asked for.
  func text(_ value: Double, _ dtype: DType, digits standard: Int) -> String {
    let digits = self.digits ?? standard
    switch kind {
    case nil, .general: return formatted(value, "%.\(max(digits, 1))g")
    case .fixed: return formatted(value, "%.\(digits)f")
    case .exponent: return formatted(value, "%.\(digits)e")
    case .hexadecimal: return "0x" + bits(value, dtype, radix: 16)
    case .binary: return "0b" + bits(value, dtype, radix: 2)
    }
  }

  private func bits(_ value: Double, _ dtype: DType, radix: Int) -> String {
    let text = String(dtype.bits(of: value), radix: radix)
    let width = dtype.size * (radix == 16 ? 2 : 8)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
