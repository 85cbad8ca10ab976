/// Lines of a script as one line that does the same: without comments, which would swallow what follows them.
/// A line that cannot be read is taken as it is, for its error to be seen.
public func joinedLines(_ lines: [String]) -> String {
  lines.flatMap { line -> [String] in
    guard let statements = try? Lexer.statements(in: line, lineNumber: 1) else { return [line] }
    return statements.map(\.text)
  }.joined(separator: "; ")
}
