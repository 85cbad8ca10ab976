/// The comments that a session of a catalogue begins with: a title, then lines `# NAME: TEXT`.
struct SessionHeader: Sendable {
  private let comments: [String]

  init(_ text: String) {
    comments = text.split(separator: "\n").prefix { $0.hasPrefix("#") }.map { String($0.dropFirst(2)) }
  }

  var title: String { comments.first ?? "" }

  /// Empty where there is no such line.
  func field(_ name: String) -> String {
    comments.first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) } ?? ""
  }
}
