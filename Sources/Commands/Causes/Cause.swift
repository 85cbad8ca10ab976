/// One known reason why a hook's gradient is not the one applied: a short session that shows it.
/// To add one, add a file to sessions/causes and a line to `all`.
struct Cause: Sendable {
  /// The name of its file.
  let name: String
  /// The session itself.
  let text: String
  private let header: SessionHeader

  init(_ name: String, _ bytes: [UInt8]) {
    self.name = name
    text = String(decoding: bytes, as: UTF8.self)
    header = SessionHeader(text)
  }

  /// What it is, in a few words: the first line.
  var title: String { header.title }
  /// The fingerprint: what c comes to.
  var fingerprint: String { header.field("c") }
  /// What one sees in PyTorch.
  var symptom: String { header.field("see") }
  var reason: String { header.field("why") }
  /// What to do about it.
  var remedy: String { header.field("do") }
  /// Where people met it.
  var thread: String { header.field("thread") }
}
