/// The candidate nearest to a mistyped word, if one is near enough to be meant.
public func nearest(to word: String, among candidates: [String]) -> String? {
  // A word of one letter is one change away from every other.
  let limit = word.count < 2 ? 0 : max(1, min(3, word.count / 3))
  let ranked = candidates.map { (distance: editDistance(word, $0, limit: limit), name: $0) }
    .filter { $0.distance <= limit }
  return ranked.min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
func editDistance(_ a: String, _ b: String, limit: Int) -> Int {
  let (a, b) = (Array(a.lowercased()), Array(b.lowercased()))
  if abs(a.count - b.count) > limit { return limit + 1 }
  if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
  var beforeLast = [Int]()
  var last = Array(0...b.count)
  for i in 1...a.count {
    var row = [i]
    for j in 1...b.count {
      let replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
      var best = min(replaced, last[j] + 1, row[j - 1] + 1)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, beforeLast[j - 2] + 1) }
      row.append(best)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}

/// ", did you mean 'x'?" or nothing.
public func didYouMean(_ word: String, among candidates: [String]) -> String {
  nearest(to: word, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
}

/// ", did you mean 'x'?" or what there is.
public func didYouMean(_ word: String, orOneOf candidates: [String]) -> String {
  let hint = didYouMean(word, among: candidates)
  return hint.isEmpty ? "; there \(candidates.count == 1 ? "is" : "are") \(candidates.joined(separator: ", "))" : hint
}
