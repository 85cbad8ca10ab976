import Debugger
import FoundationEssentials
import Tensors

/// A kind of file that `export FILE` writes, known by its suffix. To add one: one file, and a line in `all`.
struct ExportFormat: Sendable {
  let suffix: String
  let summary: String
  /// Writes the current branch of a session to a path. Returns what is to be said about it.
  let write: @Sendable (Session, _ path: String) throws(CommandError) -> String

  static let all: [ExportFormat] = [.safetensors, .csv, .json, .python]

  static func named(_ path: Statement.Word) throws(CommandError) -> ExportFormat {
    if let known = all.first(where: { path.text.hasSuffix($0.suffix) }) { return known }
    let suffixes = all.map(\.suffix)
    let own = path.text.split(separator: "/").last.flatMap { name in
      name.lastIndex(of: ".").map { String(name[$0...]) }
    }
    throw CommandError(
      "export writes \(suffixes.joined(separator: ", ")); the name must end so"
        + (own.map { didYouMean($0, among: suffixes) } ?? ""), range: path.range)
  }
}

/// Writes a whole file, or nothing: it appears under its name only when it is complete.
func writeWhole(_ text: String, to path: String) throws(CommandError) {
  do {
    try writeFile(Data(text.utf8), to: path)
  } catch {
    throw CommandError("cannot write \(path): check that the directory exists and can be written to")
  }
}

extension Session {
  /// The steps of the current branch, of which there must be one.
  func recordsToExport() throws(CommandError) -> Branch {
    guard !records.isEmpty else { throw CommandError("there is nothing to export: no step was taken yet") }
    return records
  }
}
