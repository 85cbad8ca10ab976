import Glibc

/// `printf`-style formatting of one number.
public func formatted(_ value: Double, _ format: String) -> String {
  // printf knows a negative NaN, which no reader cares about.
  if value.isNaN { return "nan" }
  return withVaList([value]) { arguments in
    var buffer = [CChar](repeating: 0, count: 64)
    let length = vsnprintf(&buffer, buffer.count, format, arguments)
    return String(decoding: buffer.prefix(max(0, min(Int(length), 63))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// Six significant digits, as torch prints and C's %g shortens.
public func shortNumber(_ value: Double) -> String { formatted(value, "%.6g") }

/// A number that may have no value.
public func shortNumber(_ value: Double?) -> String { value.map { shortNumber($0) } ?? "-" }

/// Six decimals where that says most, exponents elsewhere: for factors near 1.
public func factor(_ value: Double?) -> String {
  guard let value else { return "-" }
  let size = abs(value)
  return size == 0 || (size >= 1e-3 && size < 1e6) ? formatted(value, "%.6f") : formatted(value, "%.5e")
}

/// Two digits and an exponent: for residuals and resolutions.
public func tiny(_ value: Double?) -> String {
  guard let value else { return "-" }
  return value == 0 ? "0" : formatted(value, "%.1e")
}

/// `3 steps`, `1 step`.
public func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
