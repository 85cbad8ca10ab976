/// What becomes of the matches that a text is split at.
enum SplitBehavior: String, CaseIterable {
  case removed = "Removed"
  case isolated = "Isolated"
  case mergedWithPrevious = "MergedWithPrevious"
  case mergedWithNext = "MergedWithNext"
  case contiguous = "Contiguous"
}

/// A stretch of a text, and whether it is one of the matches.
struct Stretch {
  var range: Range<Int>
  var isMatch: Bool

  /// The matches and what lies between them, in order: together the whole text.
  static func all(of whole: Range<Int>, matches: [Range<Int>]) -> [Stretch] {
    var stretches: [Stretch] = []
    var end = whole.lowerBound
    for match in matches {
      if end < match.lowerBound { stretches.append(Stretch(range: end..<match.lowerBound, isMatch: false)) }
      stretches.append(Stretch(range: match, isMatch: true))
      end = match.upperBound
    }
    if end < whole.upperBound { stretches.append(Stretch(range: end..<whole.upperBound, isMatch: false)) }
    return stretches
  }
}

extension SplitBehavior {
  /// The pieces that are left, none of them empty.
  func pieces(of stretches: [Stretch]) -> [Range<Int>] {
    let pieces: [Range<Int>] =
      switch self {
      case .isolated: stretches.map(\.range)
      case .removed: stretches.filter { !$0.isMatch }.map(\.range)
      case .contiguous: joined(stretches) { $0.isMatch == $1.isMatch }
      case .mergedWithPrevious: joined(stretches) { $1.isMatch && !$0.isMatch }
      // Of several matches in a row only the last one joins what follows.
      case .mergedWithNext: joined(stretches) { $0.isMatch && !$1.isMatch }
      }
    return pieces.filter { !$0.isEmpty }
  }

  /// Joins a stretch to the one before it wherever the two call for it.
  private func joined(_ stretches: [Stretch], where join: (Stretch, Stretch) -> Bool) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var previous: Stretch?
    for stretch in stretches {
      if let previous, let last = pieces.last, join(previous, stretch) {
        pieces[pieces.count - 1] = last.lowerBound..<stretch.range.upperBound
      } else {
        pieces.append(stretch.range)
      }
      previous = stretch
    }
    return pieces
  }
}
