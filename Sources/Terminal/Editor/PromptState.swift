import Debugger
import Screen

/// The line being edited, ready to be painted.
public struct PromptState: Hashable, Sendable {
  /// The prompt, or what a search or an argument puts in its place.
  public var prompt: String
  /// The line; control characters are spelled out, as in `^A`.
  public var text: String
  /// The cursor's distance from the prompt's first column.
  public var cursorColumn: Int

  public init(prompt: String, text: String, cursorColumn: Int) {
    self.prompt = prompt
    self.text = text
    self.cursorColumn = cursorColumn
  }
}

extension PromptState {
  /// - Parameters:
  ///   - rawPrompt: as readline keeps it, with marks around what takes no room.
  ///   - point: the cursor as a byte offset into `line`.
  init(rawPrompt: String, line: [UInt8], point: Int) {
    let beforeCursor = Self.visible(line.prefix(max(0, point)))
    prompt = Self.visiblePrompt(rawPrompt)
    text = Self.visible(line[...])
    cursorColumn = prompt.columns + beforeCursor.columns
  }

  private static func visible(_ bytes: ArraySlice<UInt8>) -> String {
    var text = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar.value {
      case 0x00...0x1F: text += "^" + String(UnicodeScalar(UInt8(scalar.value) + 0x40))
      case 0x7F: text += "^?"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// Without what is between the marks, which is colour; of several lines the last.
  private static func visiblePrompt(_ prompt: String) -> String {
    var kept = String.UnicodeScalarView()
    var isHidden = false
    for scalar in prompt.unicodeScalars {
      switch scalar {
      case "\u{1}": isHidden = true
      case "\u{2}": isHidden = false
      case "\n": kept = String.UnicodeScalarView()
      default: if !isHidden, scalar.value >= 0x20 { kept.append(scalar) }
      }
    }
    return String(kept)
  }
}
