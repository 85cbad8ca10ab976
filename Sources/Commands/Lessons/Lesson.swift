import Debugger

/// One lesson of the course: a session that says, shows, asks, and checks what it said.
/// To add one, add a file to sessions/lessons and a line to `all`.
struct Lesson: Sendable {
  /// The name of its file without the number; progress is kept under it.
  let name: String
  /// Its place in the course, from 1.
  let number: Int
  let text: String
  private let header: SessionHeader

  init(_ number: Int, _ name: String, _ bytes: [UInt8]) {
    self.name = name
    self.number = number
    text = String(decoding: bytes, as: UTF8.self)
    header = SessionHeader(text)
  }

  var title: String { header.title }
  /// What it asks its reader; there may be more in it.
  var question: String { header.field("question") }
  /// What one knows after it.
  var learns: String { header.field("learns") }
  /// As errors name it.
  var file: String { "lessons/\(number < 10 ? "0" : "")\(number)-\(name).session" }

  /// The lesson that a word stands for: its number, its name, or the beginning of one name only.
  static func find(_ word: Statement.Word) throws(CommandError) -> Lesson {
    if let number = Int(word.text) {
      guard let lesson = all.first(where: { $0.number == number }) else {
        throw CommandError(
          "there is no lesson \(word.text); they are numbered from 1 to \(all.count)", range: word.range)
      }
      return lesson
    }
    if let exact = all.first(where: { $0.name == word.text }) { return exact }
    let near = all.filter { $0.name.hasPrefix(word.text) }
    if near.count == 1 { return near[0] }
    if near.count > 1 {
      throw CommandError(
        "'\(word.text)' is ambiguous: \(near.map(\.name).joined(separator: ", "))", range: word.range)
    }
    throw CommandError(
      "no lesson '\(word.text)'" + didYouMean(word.text, among: all.map(\.name)) + " ('lessons' lists them)",
      range: word.range)
  }
}
