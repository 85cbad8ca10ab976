/// A text out of a file in quotes, fit for an error of one line: cut where it is long.
public func quoted(_ text: String) -> String {
  let longest = 60
  let scalars = text.unicodeScalars
  return "'" + harmless(String(scalars.prefix(longest))) + (scalars.count > longest ? "..." : "") + "'"
}

public func quoted(_ text: [UInt8]) -> String { quoted(String(decoding: text, as: UTF8.self)) }

/// Without the characters that would steer a terminal.
public func harmless(_ text: String) -> String {
  text.unicodeScalars.map { scalar in
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: scalar.escaped(asASCII: true)
    default: String(scalar)
    }
  }.joined()
}
