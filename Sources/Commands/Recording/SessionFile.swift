import Debugger
import Tensors

/// A session as `save` and `record` write it: what it was made with and what its steps came to, as comments, and
/// then its commands. It can be sourced and edited like any other script; `replay` reads the comments too.
struct SessionFile: Sendable {
  private static let firstLine = "# lorascope session"

  /// Empty for a script that somebody wrote by hand.
  private(set) var digests: [Int: StateDigest] = [:]
  private(set) var machine: String?
  private(set) var version: String?
  /// Whether it says of itself what it was made with.
  private(set) var hasHeader = false

  /// Whether its bits can be asked for here: the same program on the same kind of machine.
  var isFromHere: Bool { machine == Machine.description && version == Options.version }

  static func text(_ log: SessionLog, _ session: Session) -> String {
    let configuration = session.configuration
    var lines = [
      firstLine, "# version \(Options.version)", "# seed \(configuration.seed)",
      "# dtype \(configuration.dtype.rawValue)", "# threads \(configuration.training.threads)",
      "# machine \(Machine.description)",
    ]
    if !log.notes.isEmpty {
      lines.append("# after each step: which one, its number, the state's digest, loss and norm of what is trained")
    }
    lines += log.notes.map { "# digest \($0.ordinal) \($0.digest.text)" }
    return (lines + [""] + log.commands).joined(separator: "\n") + "\n"
  }

  /// Writes it all or nothing.
  static func write(_ log: SessionLog, _ session: Session, to path: String) throws(CommandError) {
    try writeWhole(text(log, session), to: path)
  }

  /// Reads the comments at the beginning of a script. Others may stand among them, and empty lines.
  init(_ text: String, name: String) throws(CommandError) {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let comments = Array(lines.enumerated()).prefix { $1.allSatisfy(\.isWhitespace) || $1.trimmed.hasPrefix("#") }
    guard let first = comments.firstIndex(where: { $1.trimmed == SessionFile.firstLine }) else { return }
    hasHeader = true
    for (index, line) in comments[first...] where line.hasPrefix("# ") {
      let (key, value) = line.dropFirst(2).cut(at: " ")
      switch key {
      case "machine": machine = String(value)
      case "version": version = String(value)
      case "digest":
        let (ordinal, rest) = value.cut(at: " ")
        guard let number = Int(ordinal), number > 0, let digest = StateDigest(text: rest) else {
          throw CommandError(
            "\(name):\(index + 1): this digest cannot be read; take the line out to replay without it, or save the session again"
          )
        }
        digests[number] = digest
      default: break
      }
    }
  }
}

extension Substring {
  fileprivate var trimmed: String { String(drop { $0 == " " || $0 == "\u{FEFF}" }) }

  /// What stands before the first such character, and after it.
  fileprivate func cut(at separator: Character) -> (Substring, Substring) {
    guard let place = firstIndex(of: separator) else { return (self, "") }
    return (self[..<place], self[index(after: place)...])
  }
}
