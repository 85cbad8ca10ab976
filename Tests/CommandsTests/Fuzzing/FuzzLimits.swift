import Commands

/// What even a fuzzer may not type: files outside its folder, and work that is large, legal and uninteresting.
enum FuzzLimits {
  /// Commands with the name of a file, and where it stands.
  private static let fileCommands = ["save", "export", "load", "source", "data", "record", "replay"]
  /// Commands whose numbers are sizes.
  private static let sizeCommands = ["model", "data", "set", "rank"]

  static func allow(_ line: String, in folder: String) -> Bool {
    line.split(whereSeparator: \.isNewline).allSatisfy { part in
      let statements = (try? Lexer.statements(in: String(part), lineNumber: 1)) ?? []
      return statements.allSatisfy { allow($0.words.map(\.text), in: folder) }
    }
  }

  private static func allow(_ words: [String], in folder: String) -> Bool {
    guard let name = words.first else { return true }
    if "expect_error".hasPrefix(name), words.count > 2 { return allow(Array(words.dropFirst(2)), in: folder) }
    if "silent".hasPrefix(name), words.count > 1 { return allow(Array(words.dropFirst()), in: folder) }
    if fileCommands.contains(where: { $0.hasPrefix(name) }) {
      // The kinds of data and of what is saved have no dot and no slash.
      let paths = words.dropFirst().filter { $0.contains { "./".contains($0) } && !$0.contains("=") }
      let isWriting = ["save", "export", "record"].contains { $0.hasPrefix(name) } && words.last != "stop"
      guard paths.allSatisfy({ $0.hasPrefix(folder + "/") && !$0.contains("..") || $0 == folder }) else { return false }
      // What is read stays as it is, or no input could be made again.
      if isWriting, words.count > 1, !paths.allSatisfy({ $0.hasPrefix(folder + "/out") }) || paths.isEmpty {
        return false
      }
    }
    return !sizeCommands.contains { $0.hasPrefix(name) } || areSmall(words)
  }

  /// Numbers that are refused are welcome, and small ones; between them lies what takes minutes, as it should.
  private static func areSmall(_ words: [String]) -> Bool {
    var product = 1
    for word in words where !word.hasPrefix("seed=") && !["steps", "threads"].contains(where: { word.hasSuffix($0) }) {
      for digits in word.split(whereSeparator: { !("0"..."9").contains($0) }) {
        guard let number = Int(digits), number > 1, number < 10_000_000_000 else { continue }
        let (next, overflow) = product.multipliedReportingOverflow(by: number)
        guard !overflow else { return false }
        product = next
      }
    }
    return product <= 4096 || words.count { Int($0).map { $0 > 1 << 24 } ?? false } > 0
  }
}
