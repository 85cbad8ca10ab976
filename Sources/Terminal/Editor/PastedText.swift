/// Text from the clipboard, made fit for the single line of the prompt.
enum PastedText {
  /// The lines that are not blank, without control characters; tabs become spaces.
  ///
  /// Of several lines each loses its indentation, which means nothing on the prompt.
  static func lines(_ bytes: [UInt8]) -> [String] {
    let text = String(decoding: bytes, as: UTF8.self)
    let lines = text.split(whereSeparator: \.isNewline).compactMap { line -> String? in
      var kept = String.UnicodeScalarView()
      for scalar in line.unicodeScalars {
        if scalar == "\t" {
          kept.append(" ")
        } else if scalar.properties.generalCategory != .control {
          kept.append(scalar)
        }
      }
      return kept.allSatisfy({ $0 == " " }) ? nil : String(kept)
    }
    return lines.count > 1 ? lines.map(trimmed) : lines
  }

  private static func trimmed(_ line: String) -> String {
    let start = line.drop { $0 == " " }
    return String(start.reversed().drop { $0 == " " }.reversed())
  }
}
