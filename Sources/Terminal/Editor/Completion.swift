import Debugger

/// What could stand at the cursor.
public struct Completion: Hashable, Sendable {
  /// Where the word that the candidates replace begins: a byte offset into the line.
  public var start: Int
  /// The candidates in the order in which they are shown.
  public var candidates: [Candidate]
  /// Put behind a candidate that is the only one.
  public var suffix: Character?

  public init(start: Int, candidates: [Candidate], suffix: Character? = " ") {
    self.start = start
    self.candidates = candidates
    self.suffix = suffix
  }
}

extension Completion {
  /// The candidates as replacements of the word as readline sees it, with what they share first.
  ///
  /// readline splits words by its own rule and replaces all of its word. When ours begins
  /// elsewhere, each candidate takes over what lies between the two.
  ///
  /// - Parameters:
  ///   - line: the line up to the cursor.
  ///   - wordStart: where readline's word begins in it.
  /// - Returns: nothing when no candidate fits; one string when there is only one.
  func replacements(in line: [UInt8], wordStart: Int) -> [String] {
    guard (0...line.count).contains(start), (0...line.count).contains(wordStart) else { return [] }
    let words = candidates.map(\.text).compactMap { candidate -> String? in
      if start >= wordStart {
        return String(decoding: line[wordStart..<start], as: UTF8.self) + candidate
      }
      let before = String(decoding: line[start..<wordStart], as: UTF8.self)
      return candidate.hasPrefix(before) ? String(candidate.dropFirst(before.count)) : nil
    }
    guard words.count > 1 else { return words }
    let typed = String(decoding: line[wordStart...], as: UTF8.self)
    let shared = words.dropFirst().reduce(words[0]) { $0.commonPrefix(with: $1) }
    // Candidates that only resemble the word must not take what was typed away.
    return [shared.utf8.count < typed.utf8.count ? typed : shared] + words
  }
}

extension String {
  /// What both begin with, in whole characters.
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}
