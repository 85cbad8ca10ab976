extension TokenRows {
  /// Whether a word can only be ids, not the name of a file.
  static func areIds(_ word: String) -> Bool { word.allSatisfy { "0123456789-,[] ".contains($0) } }

  /// Ids as they are typed, or a Python list of ids or of rows, pasted as it is.
  init(words: [String]) throws(DebuggerError) {
    var ids: [Int] = []
    var depth = 0
    for (index, word) in words.enumerated() {
      let parts = word.replacing(" ", with: ",").replacing("[", with: ",[,").replacing("]", with: ",],").split(
        separator: ",")
      for part in parts {
        switch (part, depth) {
        case ("[", 0), ("[", 1): depth += 1
        case ("]", 1): depth = 0
        case ("]", 2):
          rows.append(Row(ids: ids))
          (ids, depth) = ([], 1)
        default:
          guard let id = Int(part) else {
            throw DebuggerError("'\(part)' is no token id; write for example: data tokens 1 15 7 22", word: index)
          }
          guard rows.isEmpty || depth == 2 else {
            throw DebuggerError(
              "'\(part)' is in no row; write for example: data tokens [[1, 15], [7, 22]]", word: index)
          }
          ids.append(id)
        }
      }
    }
    guard depth == 0 else { throw DebuggerError("']' is missing at the end", word: words.count - 1) }
    if rows.isEmpty { rows = [Row(ids: ids)] }
    guard rows.allSatisfy({ !$0.ids.isEmpty }) else { throw DebuggerError("there is a row without a token", word: 0) }
  }
}
