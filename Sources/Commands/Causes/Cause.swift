/// One known reason why a hook's gradient is not the one applied: a short session that shows it.
/// To add one, add a file to sessions/causes and a line to `all`.
struct Cause: Sendable {
  /// The name of its file.
  let name: String
  /// The session itself.
  let text: String

  init(_ name: String, _ bytes: [UInt8]) {
    self.name = name
    text = String(decoding: bytes, as: UTF8.self)
  }

  /// What it is, in a few words: the first line.
  var title: String { comment(0) ?? name }
  /// The fingerprint: what c comes to.
  var fingerprint: String { field("c") }
  /// What one sees in PyTorch.
  var symptom: String { field("see") }
  var reason: String { field("why") }
  /// What to do about it.
  var remedy: String { field("do") }
  /// Where people met it.
  var thread: String { field("thread") }

  private var comments: [Substring] {
    text.split(separator: "\n").prefix { $0.hasPrefix("#") }.map { $0.dropFirst(2) }
  }

  private func comment(_ index: Int) -> String? { comments.count > index ? String(comments[index]) : nil }

  private func field(_ name: String) -> String {
    comments.first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) } ?? ""
  }
}
