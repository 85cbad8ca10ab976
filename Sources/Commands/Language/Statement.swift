/// One command of a script as it was written, with its place.
public struct Statement: Sendable {
  public struct Word: Sendable, Equatable {
    /// The word without its quotes.
    public let text: String
    /// The characters of the line it takes, quotes included.
    public let range: Range<Int>
    /// Where the text begins: after an opening quote.
    let textStart: Int

    /// What stands before a slash: `print` of `print/x`.
    var beforeSlash: Word {
      guard let slash = text.firstIndex(of: "/"), slash != text.startIndex else { return self }
      return Word(text: String(text[..<slash]), range: range, textStart: textStart)
    }

    /// What stands after it; nil without one.
    var format: String? {
      text.firstIndex(of: "/").map { String(text[text.index(after: $0)...]) }
    }
  }

  public let words: [Word]
  /// The whole line it stands in.
  public let line: [Character]
  public let lineNumber: Int

  public var name: Word { words[0] }
  public var arguments: ArraySlice<Word> { words.dropFirst() }

  /// As it was written.
  var text: String { String(line[name.range.lowerBound..<(words.last ?? name).range.upperBound]) }

  /// Everything after the command's name as one text: an expression, or a sentence.
  var tail: Word {
    tail(skipping: 0)
      ?? Word(text: "", range: name.range.upperBound..<name.range.upperBound, textStart: name.range.upperBound)
  }

  /// The same after some more words; nil if nothing is left.
  func tail(skipping count: Int) -> Word? {
    let rest = arguments.dropFirst(count)
    guard let first = rest.first, let last = rest.last else { return nil }
    if rest.count == 1 { return first }
    let range = first.range.lowerBound..<last.range.upperBound
    return Word(text: String(line[range]), range: range, textStart: range.lowerBound)
  }
}
